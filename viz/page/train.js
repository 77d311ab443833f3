/* The view that trains: the plane and the points, the loss, each weight with its gradient, and one
 * sample as a program for the other view. All numbers are the engine's. Must not know how it trains.
 */
const POINTS = 200; /* as classifier.h has it */
const TRAIN = {data: 'circles', noise: '0.1', layers: '4', activation: 'tanh', optimizer: 'adam',
    speed: '0.03', seed: '1'};

class Train {
    constructor(engine, derive, changed) {
        this.engine = engine;
        this.derive = derive;
        this.changed = changed;
        for (const id of Object.keys(TRAIN)) {
            byId(id).addEventListener('change', () => this.reset());
        }
        byId('play').addEventListener('click', () => this.play(!this.playing));
        byId('epoch').addEventListener('click', () => this.epochs(1));
        byId('reset').addEventListener('click', () => this.reset());
        byId('sample').addEventListener('click', () => this.sample());
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
        this.picture = new Markup(byId('network'));
        this.play(false);
    }

    /* The engine's instance may have gone since: then the network has, too. */
    lives() {
        return this.network && this.instance === this.engine.instance;
    }

    /* Where the engine can read each of the texts. */
    places(texts) {
        const encode = (text) => this.engine.encoder.encode(`${text}\0`);
        let at = this.engine.place(encode(texts.join('\0')));
        return texts.map((text) => {
            const place = at;
            at += encode(text).length;
            return place;
        });
    }

    reset() {
        const value = (id) => byId(id).value;
        if (this.lives()) {
            this.engine.exports().page_classifier_free(this.network);
        }
        const [data, layers, activation] = this.places([value('data'),
            value('layers').replace(/\s/g, ''), value('activation')]);
        const {code, err} = this.engine.call('page_classifier_new', data, Number(value('noise')),
            layers, activation, value('optimizer') === 'adam' ? 1 : 0, Number(value('speed')),
            Number(value('seed')) || 0);
        this.network = err ? 0 : code;
        this.fail(err);
        this.instance = this.engine.instance;
        this.count = 0;
        this.losses = [];
        this.look();
        this.changed();
    }

    fail(text) {
        byId('train-error').hidden = !text;
        byId('train-error').textContent = text;
    }

    epochs(n) {
        if (!this.lives()) {
            this.reset();
        }
        if (this.network) {
            const {code, err} = this.engine.call('page_classifier_train', this.network, n);
            this.count += n;
            this.look();
            const lost = code === 1 && this.state.loss < 0; /* no number any more */
            this.fail(code !== 1 ? err : lost ? 'The loss is no number any more. Take a smaller '
                + 'learning rate, and reset.' : '');
            return code === 1 && !lost;
        }
        return false;
    }

    play(on) {
        this.playing = on;
        byId('play').textContent = on ? 'Pause' : 'Play';
        const frame = () => {
            if (this.playing && !byId('train').hidden && this.epochs(1)) {
                requestAnimationFrame(frame);
            } else if (this.playing) {
                this.play(false);
            }
        };
        if (on) {
            requestAnimationFrame(frame);
        }
    }

    numbers(which, n) {
        const at = this.engine.exports().page_classifier_numbers(this.network, which);
        return new Float64Array(this.engine.memory().buffer, at, n);
    }

    look() {
        if (!this.network) {
            return;
        }
        this.state = JSON.parse(this.engine.call('page_classifier_print', this.network).out);
        byId('epochs').textContent = this.count;
        byId('loss').textContent = this.state.loss < 0 ? 'none' : this.state.loss.toPrecision(4);
        this.losses.push(Math.max(this.state.loss, 0));
        byId('accuracy').textContent = `${Math.round(100 * this.state.accuracy)} %`;
        this.draw();
        this.showWeights();
    }

    /* --- pictures --- */

    draw() {
        if (!this.network || !this.state) {
            return;
        }
        const style = getComputedStyle(document.documentElement);
        const color = (name) => style.getPropertyValue(`--${name}`).trim();
        this.drawPlane(color);
        this.drawCurve();
    }

    drawPlane(color) {
        const canvas = byId('plane'), pen = canvas.getContext('2d'), {side} = this.state;
        const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
        const [one, zero, paper] = ['value', 'gradient', 'paper'].map((name) => rgb(color(name)));
        const plane = this.numbers(5, side * side), image = new ImageData(side, side);
        plane.forEach((p, i) => {
            const row = side - 1 - Math.floor(i / side), at = 4 * (row * side + i % side);
            const share = 1.3 * Math.abs(p - 0.5), of = p > 0.5 ? one : zero;
            for (let k = 0; k < 3; k++) {
                image.data[at + k] = paper[k] + share * (of[k] - paper[k]);
            }
            image.data[at + 3] = 255;
        });
        const small = element('canvas', {width: side, height: side});
        small.getContext('2d').putImageData(image, 0, 0);
        pen.imageSmoothingEnabled = true;
        pen.drawImage(small, 0, 0, canvas.width, canvas.height);
        const [x, y, label] = [0, 1, 2].map((which) => this.numbers(which, POINTS));
        x.forEach((_, i) => this.drawPoint(pen, (x[i] + 1) / 2 * canvas.width,
            (1 - y[i]) / 2 * canvas.height, label[i] > 0, color));
    }

    /* Classes differ in form, too: discs and squares. */
    drawPoint(pen, x, y, one, color) {
        pen.beginPath();
        if (one) {
            pen.arc(x, y, 5, 0, 7);
        } else {
            pen.rect(x - 4.5, y - 4.5, 9, 9);
        }
        pen.fillStyle = color(one ? 'value' : 'gradient');
        pen.strokeStyle = color('paper');
        pen.lineWidth = 1.5;
        pen.fill();
        pen.stroke();
    }

    drawCurve() {
        const most = this.losses.reduce((a, b) => Math.max(a, b)), n = Math.max(this.losses.length - 1, 1);
        const step = Math.ceil(this.losses.length / 300);
        const points = this.losses.map((loss, i) => [i, loss]).filter(([i]) => i % step === 0)
            .map(([i, loss]) => `${(300 * i / n).toFixed(1)},${(98 - 94 * loss / most).toFixed(1)}`);
        byId('curve').setAttribute('points', points.join(' '));
        byId('curve-most').textContent = most.toPrecision(3);
    }

    /* A table for each layer: the weight above, its gradient below. */
    showWeights() {
        const {units, norm} = this.state, total = units.slice(1).reduce(
            (sum, n, l) => sum + n * (units[l] + 1), 0);
        const weight = this.numbers(3, total), gradient = this.numbers(4, total);
        this.picture.show(network(units, [...weight]));
        const largest = Math.max(...norm), cell = (i) => `<td><span class="is">${
            weight[i].toPrecision(3)}</span><br><span class="of">${gradient[i].toPrecision(2)}</span></td>`;
        let at = 0, html = '';
        for (let l = 1; l < units.length; l++) {
            const from = Array.from({length: units[l - 1]}, (_, i) => (l > 1 ? `h${l - 1}_` : 'x') + (i + 1));
            html += `<table><caption>${l < units.length - 1 ? `Layer ${l}` : 'Output'}: norm of the `
                + `gradient ${norm[l - 1].toPrecision(3)} <progress max="${largest || 1}" value="${
                    Math.max(norm[l - 1], 0)}" aria-hidden="true"></progress></caption><thead><tr><th scope="col">to</th>`
                + from.map((name) => `<th scope="col">${name}</th>`).join('')
                + '<th scope="col">bias</th></tr></thead><tbody>';
            for (let j = 0; j < units[l]; j++) {
                const row = from.map((_, i) => cell(at + j * units[l - 1] + i)).join('');
                html += `<tr class="visible"><th scope="row">${l < units.length - 1 ? `h${l}_${j + 1}`
                    : 'z'}</th>${row}${cell(at + units[l] * units[l - 1] + j)}</tr>`;
            }
            html += '</tbody></table>';
            at += units[l] * (units[l - 1] + 1);
        }
        byId('weights').innerHTML = html;
    }

    /* The loss of one point as a program, in the other view: its gradients are what a step with this
     * point alone takes. */
    sample() {
        if (!this.lives()) {
            this.reset();
        }
        if (!this.network) {
            return; /* the setting was refused, as is said above */
        }
        const i = Math.min(Math.max(Number(byId('which').value) - 1 || 0, 0), POINTS - 1);
        const [program, ...given] = this.engine.call('page_classifier_sample', this.network, i).out
            .split('\0').slice(0, -1);
        this.derive({f: program.trimEnd(), v: given.map((text) => text.split('='))});
    }
}
