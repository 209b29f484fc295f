import '../../src/ui/page.ts';
import '../../src/ui/compare/compare-page.ts';
