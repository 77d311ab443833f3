/* The view that derives: at every change the program is run, and the picture, the steps and the trace
 * are shown; of a program that cannot be run the last good picture stays. Must not know the language.
 */
const REST = 120; /* milliseconds */
const byId = (id) => document.getElementById(id);
const NAME = /<(mi|msub)\b.*?<\/\1>/, ANSWER = /<span class="answer">(.*?)<\/span>/s;
/* Boxes, what is shown in each, and by what. */
const MORE = [['paths-box', 'paths', 'paths'], ['change-box', 'change', 'change'],
    ['descent-box', 'descent', 'descent'], ['check-box', 'differences', 'differences']];
/* What the command says of its options and names, in the words of the page. */
const WORDS = [[/^autograd: /, ''], [/^(-d|--digits): /, 'Digits: '], [/^--rate: /, 'Learning rate: '],
    [/^--to: /, 'Compare with: '], [/^--order: /, 'Derivative: '], [/^--check: /, 'Finite differences: '],
    [/hint: -t (\w+)/, 'hint: choose $1 at “by”'], [/; -t moves some of them/, '; “by” chooses one'], [/(the name of )?--target( or --highlight)?/, '“by”'],
    [/--fold and /, ''], [/autograd --list-ops names/, 'the list below the values names'],
    [/\d+ MB are allowed; .*/, 'a page has 64 MB; the command takes as much as it is given'],
    [/there is no operation (\w+)([^]*)/, (all, name, rest) => !ABSENT.includes(` ${name.replace(/[123]d$/, '')} `) ? all
        : `${name} is not on this page, which has no operations of images and signals${
            rest.replace(/hint: .*/, 'hint: the command autograd has them all')}`]];
const plain = (text) => WORDS.reduce((said, [from, to]) => said.replace(from, to), text).trimEnd();
const MOST_ROWS = 500; /* of the tables: a browser takes seconds for more */

class Derive {
    constructor(engine, changed) {
        this.engine = engine;
        this.changed = changed;
        this.program = byId('program');
        this.values = new Values(byId('values'), () => this.update());
        this.stepper = new Stepper(changed);
        this.result = new Markup(byId('result'));
        this.good = false;
        this.instead = null;
        this.program.addEventListener('input', () => this.update());
        for (const id of ['style', 'digits', 'order', 'target', 'rate', 'to']) {
            byId(id).addEventListener('input', () => this.update());
        }
        for (const [box] of MORE) {
            byId(box).addEventListener('toggle', () => this.update());
        }
        byId('operations-box').addEventListener('toggle', () => {
            byId('operations').textContent ||= engine.call('page_operations').out;
        });
        window.addEventListener('beforeprint', () => this.settle());
    }

    /* The arguments of a run, and the program for its standard input. */
    run(...options) {
        return this.engine.run([...options, ...MODEST, '-p', '-', '--',
            ...this.values.bindings()], this.program.value);
    }

    look() {
        const order = byId('order').value, target = byId('target').value;
        return ['-d', byId('digits').value || '4', ...(order > 1 ? ['--order', order] : []),
            ...(target ? ['-t', target] : [])];
    }

    set(program, pairs) {
        this.program.value = program;
        this.values.set(pairs);
    }

    /* Sets a field; one that offers names gets the name it will offer. */
    choose(id, value) {
        const field = byId(id);
        if (id === 'target' && value && ![...field.options].some((o) => o.value === value)) {
            field.append(new Option(value, value));
        }
        field.value = value;
        if (field.selectedIndex === -1) {
            field.selectedIndex = 0; /* no such choice */
        }
    }

    /* What stays as it is, is not touched: the browser would look at it again. */
    fail(text) {
        if (this.good && text === '') {
            return;
        }
        const error = byId('error');
        error.hidden = !text;
        error.textContent = plain(text);
        this.program.setAttribute('aria-invalid', text !== '');
        for (const id of ['figure', 'tables', 'now', 'trace', 'result']) {
            byId(id).classList.toggle('stale', text !== '');
        }
        this.good = text === '';
    }

    /* By what a higher derivative is taken, or what alone is shown. */
    offerTargets(names) {
        const target = byId('target'), chosen = target.value;
        if ([...target.options].slice(1).map((o) => o.value).join('\0') !== names.join('\0')) {
            target.replaceChildren(new Option('all', ''), ...names.map((n) => new Option(n, n)));
            target.value = names.includes(chosen) ? chosen : '';
        }
        if (byId('order').value > 1 && !target.value && names.length > 1) {
            target.value = names[0]; /* a higher derivative is by one of them */
        }
    }

    /* The names of the program, which are asked for only where it is another one. */
    inputs() {
        const text = this.program.value;
        if (this.known?.text !== text) {
            this.known = {text, ...this.engine.inputs(text)};
        }
        return this.known;
    }

    update() {
        const {code, err, list} = this.inputs();
        if (code === 0) {
            this.values.show(list);
            this.offerTargets(list.map((input) => input.name));
        }
        const drawn = ['-f', 'stepper', '--steady', '--style', byId('style').value];
        const done = code === 0 ? this.run(...this.look(), ...this.instead ? [] : drawn) : {code, err};
        const rows = Math.max(2, this.program.value.split('\n').length);
        if (this.program.rows !== rows) {
            this.program.rows = rows;
        }
        this.fail(done.code === 0 ? '' : done.err);
        if (this.good && this.instead) {
            this.instead();
        } else if (this.good) {
            this.show(done.out);
        }
        this.changed();
    }

    show(page) {
        if (this.stepper.read(page) > MOST_ROWS) {
            this.clear();
            this.stepper.figure.show('So many steps are not drawn here: the trace has them.');
        } else {
            this.stepper.show();
            this.showResult();
        }
        this.later(() => {
            byId('trace').textContent = this.run(...this.look()).out;
            this.stepper.showTables();
            this.showMore();
        });
    }

    /* The figure, its step and the result follow every key. What a browser takes long to lay out follows
     * when the keys rest, and before the page is printed. */
    later(task) {
        clearTimeout(this.timer);
        this.late = task;
        this.timer = setTimeout(() => this.settle(), REST);
    }

    settle() {
        const task = this.late;
        this.late = null;
        task?.();
    }

    clear() {
        this.late = null;
        this.stepper.clear();
        this.result.clear();
        for (const id of ['trace', ...MORE.map(([, shown]) => shown)]) {
            byId(id).replaceChildren();
        }
    }

    /* Another view takes what the program gives; then nothing of it stands here. */
    turn(instead) {
        this.instead = instead;
        if (instead) {
            this.clear();
        }
        this.update();
    }

    /* The value, and the gradient of each input, as the tables have them. */
    showResult() {
        const {rows} = this.stepper, steps = rows.length / 2;
        const line = (name, left, right) =>
            `<span class="${name}"><math>${left}</math> = ${right}</span>`;
        const [, name, value] = rows[Math.ceil(steps) - 1], parts = [line('is', NAME.exec(name)[0], value)];
        for (let i = 0; i < steps && parts.length < 7; i++) {
            const [, chain, , gradient] = / input$/.test(rows[i][1]) ? rows[rows.length - 1 - i] : [];
            const left = /<mfrac>.*?<\/mfrac>/.exec(chain), right = ANSWER.exec(gradient);
            if (left && right) {
                parts.push(line('of', left[0], right[1]));
            }
        }
        this.result.show(parts.join(''));
    }

    /* What is only computed where it is open. */
    showMore() {
        for (const [box, shown, ask] of MORE) {
            byId(shown).textContent = byId(box).open ? this[ask]() : '';
        }
    }

    paths() {
        const text = this.run(...this.look(), '--paths', '5').out, at = text.indexOf('\npaths');
        return at < 0 ? 'There is one number on each node only in graphs of scalars.' : text.slice(at + 1);
    }

    differences() {
        const {out, err} = this.run('-c');
        return out || plain(err);
    }

    /* Before and after a step, or at other values. */
    diff(...options) {
        const {code, out, err} = this.engine.run(['diff', '-d', byId('digits').value, ...options,
            ...MODEST, '-p', '-', '--', ...this.values.bindings()], this.program.value);
        return code === 0 ? plain(out) : plain(err);
    }

    change() {
        return byId('to').value ? this.diff('--to', byId('to').value) : '';
    }

    descent() {
        const target = byId('target').value;
        return this.diff('--rate', byId('rate').value, ...target ? ['-t', target] : []);
    }
}
