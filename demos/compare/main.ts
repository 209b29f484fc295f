import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/compare/compare-page.ts';
