import { EventEmitter } from 'node:events';

// Loaded before the engine's first module: a utility process talks over process.parentPort, not over the fork channel.
const port = new EventEmitter();
port.postMessage = (message) => process.send(message);
process.on('message', (data) => port.emit('message', { data, ports: [] }));
process.parentPort = port;
