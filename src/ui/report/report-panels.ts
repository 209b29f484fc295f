// The elements that `report-parts.ts` and pages with reports show below their forms.
import './baseline-view.ts';
import './history/history.ts';
import './report-actions.ts';
import '../own-data/own-data.ts';
