import { en } from 'zod/locales';
import * as z from 'zod/mini';

// The small build of zod has no words of its own for what does not fit.
z.config(en());

export { z };
