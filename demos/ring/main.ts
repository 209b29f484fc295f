import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/ring/ring-page.ts';
