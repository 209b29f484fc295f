import { config } from 'zod/v4/core';

/** Zod would probe for `new Function`, which the pages' content security policy forbids and the browser reports. */
config({ jitless: true });
