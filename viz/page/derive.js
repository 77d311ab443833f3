/* The view that derives: at every change the program is run, and the picture, the steps and the trace
 * are shown; of a program that cannot be run the last good picture stays. Must not know the language.
 */
const REST = 120; /* milliseconds */
const byId = (id) => document.getElementById(id);
const NAME = /<(mi|msub)\b.*?<\/\1>/, ANSWER = /<span class="answer">(.*?)<\/span>/s;
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
        for (const id of ['style', 'digits', 'order', 'target']) {
            byId(id).addEventListener('input', () => this.update());
        }
        for (const id of ['paths-box', 'check-box', 'trace-box']) {
            byId(id).addEventListener('toggle', () => this.update());
        }
        byId('operations-box').addEventListener('toggle', () => {
            byId('operations').textContent ||= engine.call('page_operations').out;
        });
        byId('descend').addEventListener('click', () => this.descend());
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
        error.textContent = text.replace(/^autograd: /, '').replace('autograd --list-ops names all operations',
            'the list below the values names all operations').trimEnd();
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
        byId('descent').replaceChildren(); /* it was of other numbers */
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
        for (const id of ['trace', 'paths', 'descent', 'differences']) {
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
        if (byId('paths-box').open) {
            const text = this.run(...this.look(), '--paths', '5').out, at = text.indexOf('\npaths');
            byId('paths').textContent = at < 0 ? 'There is one number on each node only in graphs of '
                + 'scalars.' : text.slice(at + 1);
        }
        if (byId('check-box').open) {
            const {out, err} = this.run('-c');
            byId('differences').textContent = out || err;
        }
    }

    /* Shows what the step changes. */
    descend() {
        const target = byId('target').value, moved = target ? ['-t', target] : [];
        const {code, out, err} = this.engine.run(['diff', '--rate', byId('rate').value, ...moved,
            ...MODEST, '-p', '-', '--', ...this.values.bindings()], this.program.value);
        byId('descent').textContent = code === 0 ? out : err.replace(/^autograd: /, '');
    }
}
