import './landing.css';
import '../../shell/page.ts';
import '../../lab/device-panel.ts';
import './tile-figure.ts';
