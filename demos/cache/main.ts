import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/cache/cache-page.ts';
