import { hostInThisProcess } from '../../native/host-process.ts';
import { createToyEngine } from './toy-engine.ts';

/** First module of an engine process that holds the toy engine. */
hostInThisProcess(createToyEngine());
