// The network that the page trains, held against its own samples as programs: the mean of their
// losses is the loss that is shown, and the means of their gradients, each derived by the command, are
// the gradients that are shown beside the weights. So what the two views say is the same network.
//
// node classifier.mjs engine.wasm engine.js
import { readFileSync } from 'node:fs';

const [wasm, script] = process.argv.slice(2);
const Engine = new Function(`${readFileSync(script, 'utf8')}; return Engine;`)();
const engine = new Engine(new WebAssembly.Module(readFileSync(wasm)));
const points = 200;
let wrong = 0;

function expect(what, got, want, tolerance) {
    if (!(Math.abs(got - want) <= tolerance)) {
        console.log(`${what}: ${got}, not ${want}`);
        wrong++;
    }
}

function made(data, layers, activation) {
    const texts = engine.encoder.encode(`${data}\0${layers}\0${activation}\0`);
    const at = engine.place(texts), second = at + data.length + 1;
    return engine.call('page_classifier_new', at, 0.1, second, second + layers.length + 1, 1, 0.03, 7);
}

function numbers(network, which, n) {
    const at = engine.exports().page_classifier_numbers(network, which);
    return [...new Float64Array(engine.memory().buffer, at, n)];
}

for (const [data, layers, activation] of [['circles', '3', 'tanh'], ['xor', '2,2', 'sigmoid'],
    ['spirals', '', 'relu'], ['clouds', '2', 'relu']]) {
    const { code: network } = made(data, layers, activation);
    const trained = engine.call('page_classifier_train', network, 5);
    const state = JSON.parse(engine.call('page_classifier_print', network).out);
    const mean = {};
    for (let i = 0; i < points; i++) {
        const [program, ...given] = engine.call('page_classifier_sample', network, i).out.split('\0')
            .slice(0, -1);
        const { out } = engine.run(['--values', '-p', '-', '--', ...given], program);
        for (const line of out.trim().split('\n')) {
            const [name, value] = line.split(' ');
            mean[name] = (mean[name] ?? 0) + Number(value) / points;
        }
    }
    expect(`${data}: trained`, trained.code, 1, 0);
    expect(`${data}: loss`, mean.f, state.loss, 1e-5);
    let at = 0;
    const { units } = state, n = units.slice(1).reduce((sum, m, l) => sum + m * (units[l] + 1), 0);
    const shown = numbers(network, 4, n);
    for (let l = 1; l < units.length; l++) {
        const first = at;
        for (let j = 1; j <= units[l]; j++) {
            for (let i = 1; i <= units[l - 1]; i++) {
                expect(`${data} w${l}_${j}${i}`, shown[at++], mean[`d/dw${l}_${j}${i}`], 1e-5);
            }
        }
        expect(`${data}: norm ${l}`, state.norm[l - 1],
            Math.hypot(...shown.slice(first, at)), 1e-12);
        for (let j = 1; j <= units[l]; j++) {
            expect(`${data} b${l}_${j}`, shown[at++], mean[`d/db${l}_${j}`], 1e-5);
        }
    }
    engine.exports().page_classifier_free(network);
}
for (const layers of ['x', '4,', '99', '1,1,1,1,1,1,1', '-1']) {
    const { code, err } = made('circles', layers, 'tanh');
    expect(`layers ${layers}`, code, 0, 0);
    expect(`layers ${layers}: a message`, err.includes('4,2') ? 1 : 0, 1, 0);
}
expect('no such points', made('cubes', '2', 'tanh').code, 0, 0);
expect('no such activation', made('circles', '2', 'cube').code, 0, 0);
console.log(`${wrong} wrong`);
process.exitCode = wrong > 0 ? 1 : 0;
