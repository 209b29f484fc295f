import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/recipes/recipes-page.ts';
