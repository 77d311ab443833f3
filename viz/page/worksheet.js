/* The worksheet: the engine's trace with a field for each blank, what the engine finds in the answers,
 * and calculations that are computed again. The right answers come into the page only when they are
 * asked for. Must not know what an answer is.
 */
class Worksheet {
    constructor(derive) {
        this.derive = derive;
        this.seed = 0;
        this.sheet = byId('sheet');
        this.sheet.addEventListener('submit', (event) => {
            event.preventDefault();
            this.diagnose();
        });
        byId('key').addEventListener('click', () => {
            byId('solution').textContent = this.body(derive.run(...derive.look(), '-k'));
            byId('solution').hidden = false;
        });
        byId('variant').addEventListener('click', () => this.vary());
        byId('written').addEventListener('input', () => this.check());
    }

    /* A trace without the line of the program above it. */
    body({out}) {
        return out.slice(Math.max(0, out.indexOf('\nforward') + 1));
    }

    /* Answers stay where the sheet is still the same. */
    show() {
        const {code, out, err} = this.derive.run(...this.derive.look(), '-w');
        const text = code === 0 ? this.body({out}) : plain(err);
        if (text === this.text) {
            return;
        }
        this.text = text;
        const parts = text.split(/\((\d+)\) ____/);
        this.sheet.replaceChildren(...parts.map((part, i) => i % 2 ? this.blank(part, parts[i - 1])
            : part));
        byId('verdicts').replaceChildren();
        byId('solution').hidden = true;
        byId('solution').textContent = '';
    }

    blank(number, before) {
        const input = element('input', {name: number, placeholder: `(${number})`, inputMode: 'text'});
        const line = before.slice(before.lastIndexOf('\n') + 1).trim();
        input.setAttribute('aria-label', `Blank ${number}: ${line}`);
        return input;
    }

    diagnose() {
        const inputs = [...this.sheet.querySelectorAll('input')].filter((i) => i.value.trim() !== '');
        const answers = inputs.map((i) => `(${i.name}) ${i.value.trim()}`).join('\n');
        const {out, err} = this.derive.engine.run(['diagnose', ...this.derive.look(), ...MODEST,
            '--answers', '-', '--', this.derive.program.value, ...this.derive.values.bindings()], answers);
        this.sheet.querySelectorAll('input').forEach((input) => { input.className = ''; });
        byId('verdicts').replaceChildren(...(out || plain(err)).trimEnd().split('\n').map((line) => {
            const [, number, verdict] = /^\((\d+)\) (.*)$/.exec(line) ?? [null, null, line];
            const said = verdict.replace(/; the answer is .*$/, '');
            const name = /: right/.test(said) ? 'right' : number ? 'wrong' : '';
            const input = number && this.sheet.elements.namedItem(number);
            if (input) {
                input.className = name;
            }
            return element('li', {className: name}, number ? `(${number}) ${said}` : said);
        }));
    }

    /* The same formula with other round numbers. */
    vary() {
        const {code, out} = this.derive.run('--variants', '1', '--seed', String(++this.seed), '--values');
        const drawn = /^variant 1: (.*)$/m.exec(out);
        if (code === 0 && drawn) {
            this.derive.values.set(drawn[1].split(' ').map((binding) => binding.split(/=(.*)/s)));
            this.derive.update();
        }
    }

    check() {
        const text = byId('written').value;
        const {out, err} = this.derive.engine.run(['check', '-'], text);
        byId('checked').hidden = text === '';
        byId('checked').textContent = out || plain(err);
    }
}
