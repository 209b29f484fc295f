// The elements that `report-parts.ts` shows.
import './baseline-view.ts';
import './history/history.ts';
import './report-actions.ts';
