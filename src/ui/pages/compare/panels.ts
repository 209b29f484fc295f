// The panels below the panes.
import '../../report/report-panels.ts';
import './comparison-view.ts';
