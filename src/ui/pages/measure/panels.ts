// The panels beside and below the forms of pages that measure.
import '../../own-data/own-data.ts';
import '../../report/report-panels.ts';
import '../../report/results-view.ts';
import './cache-memory.ts';
import './io-model.ts';
import './memory-wall.ts';
import './tuning.ts';
