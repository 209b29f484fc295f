import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/device/device-page.ts';
