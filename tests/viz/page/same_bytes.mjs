// Holds the page's engine against the command: what both print for the same arguments and the same
// standard input, and their exit codes. The engine is called by the page's own script.
//
// node same_bytes.mjs engine.wasm engine.js autograd
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const [wasm, script, command] = process.argv.slice(2);
const Engine = new Function(`${readFileSync(script, 'utf8')}; return Engine;`)();
const engine = new Engine(new WebAssembly.Module(readFileSync(wasm)));

const lecture = 'a = x^2\nb = exp(a)\nc = a + b\nsqrt(c) + cos(c)';
const arithmetic = 'y = x*x + 1/x\nsqrt(y) - y^3'; // all digits are the same with any C library
const runs = [
    [lecture, 'x=2'],
    [lecture, '-d', '9', '--', 'x=-0.3'],
    [lecture, '-f', 'stepper', '--', 'x=2'],
    [lecture, '-f', 'svg', '--style', 'circuit', '--', 'x=2'],
    [lecture, '-f', 'tikz', '--', 'x=2'],
    [lecture, '-f', 'latex', '--', 'x=2'],
    [arithmetic, '-f', 'json', '--', 'x=0.1'],
    [arithmetic, '-f', 'fods', '--', 'x=0.1'],
    [lecture, '--worksheet', '--', 'x=2'],
    [lecture, '--key', '--', 'x=2'],
    [lecture, '--paths', '5', '--differences', '--', 'x=2'],
    ['-x^2 + y', 'x=2', 'y=π'],
    ['x^3', '--order', '2', '--', 'x=2'],
    ['x^y', '-c', '--', 'x=2', 'y=3'],
    ['mse_loss(W @ x, [1, 0])', 'W=[[1,2],[3,4]]', 'x=[1,1]'],
    ['softmax(z)[0]', '--expand', '--', 'z=[1, 2, 3]'],
    ['lgamma(x)*erf(y) + sin(x)^y', '-d', '9', '--', 'x=2.5', 'y=0.7'],
    ['det(A) + logdet(A @ A.T)', '--expand', '--', 'A=[[2,1],[0.5,3]]'],
    ['1/2x', 'x=1'],
    ['x*y + sin(x', 'x=1'],
    ['x*y', 'x=1'],
    ['\u{10ffff}((', 'x=1'],
    ['('.repeat(100000), 'x=1'],
    ['', 'x=1'],
];
let wrong = 0;
for (const [program, ...rest] of runs) {
    const list = ['-p', '-', ...rest];
    const native = spawnSync(command, list, { input: program, maxBuffer: 1 << 28 });
    const here = engine.run(list, program);
    const want = { code: native.status, out: String(native.stdout), err: String(native.stderr) };
    for (const part of ['code', 'out', 'err']) {
        if (here[part] !== want[part]) {
            console.log(`${program.slice(0, 60)} ${rest}: ${part} differs:\n${want[part]}\n---\n${here[part]}`);
            wrong++;
        }
    }
}
// Names that take a value, and an end that is an error and leaves the engine of use.
const inputs = engine.inputs('x = 2\nW = [[1, 2],\n [3, 4]]\nlog(sum(W)) + x*y + π').list;
const names = inputs.map(({ name, value }) => `${name}=${value}`).join(' ');
if (names !== 'x=2 W=[[1, 2],\n [3, 4]] y=') {
    console.log(`inputs: ${names}`);
    wrong++;
}
const large = engine.run(['-p', '-'], 'sum(full([30000, 30000], 1) @ full([30000, 30000], 1))');
if (large.code === 0 || large.err === '' || engine.run(['-p', '-', 'x=2'], 'x^2').code !== 0) {
    console.log(`too large a program: ${large.code} ${large.err}`);
    wrong++;
}
console.log(`${3 * runs.length} texts compared, ${wrong} wrong`);
process.exitCode = wrong > 0 ? 1 : 0;
