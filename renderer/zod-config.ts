import { config } from 'zod';

// The page's policy forbids compiling code at run time, which zod otherwise tries.
config({ jitless: true });
