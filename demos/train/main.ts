import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/train/train-page.ts';
