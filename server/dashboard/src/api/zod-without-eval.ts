import { z } from 'zod';

// The page's content security policy forbids code made from text; zod would try it for speed and be reported.
z.config({ jitless: true });
