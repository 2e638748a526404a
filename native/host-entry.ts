import { createEngine } from './engine.ts';
import { hostInThisProcess } from './host-process.ts';

/** First module of the engine process. */
hostInThisProcess(createEngine());
