import * as Comlink from 'comlink';
import { keepErrorTypes } from './errors-transfer.ts';
import { LabHost } from './host.ts';

keepErrorTypes();
Comlink.expose(new LabHost());
