import '../../src/ui/page.ts';
import '../../src/ui/device/device-page.ts';
