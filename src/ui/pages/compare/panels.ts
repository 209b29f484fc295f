// The panels below the panes.
import '../../own-data/own-data.ts';
import '../../report/report-panels.ts';
import './comparison-view.ts';
