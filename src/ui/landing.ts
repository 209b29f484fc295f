import './landing.css';
import './page.ts';
import './device-panel.ts';
import './tile-figure.ts';
