import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/retrieve/retrieve-page.ts';
