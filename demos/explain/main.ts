import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/explain/explain-page.ts';
