// Runs a WebAssembly program under node as a shell would: its arguments, the environment, standard
// streams, and the folder in which it was started.
//
// node --no-warnings run.mjs program.wasm [arguments]
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [program, ...rest] = process.argv.slice(2);
const wasi = new WASI({
    version: 'preview1',
    args: [program, ...rest],
    env: process.env,
    preopens: { '.': '.', '/tmp': '/tmp' },
});
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
try {
    process.exitCode = wasi.start(instance);
} catch (trap) {
    console.error(`${program}: ${trap.message}`);
    process.exitCode = 134;
}
