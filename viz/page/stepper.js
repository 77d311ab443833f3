/* Shows a pass step by step: the figure and the tables that the engine writes for its own stepper,
 * whose parts carry the number of their step. The figure and the step that is shown follow every key;
 * the tables, whose formulas take a browser some forty milliseconds to set, when the keys rest. Must
 * not know any number in them.
 */
const REST = 120; /* milliseconds */

class Stepper {
    constructor(moved) {
        this.moved = moved;
        this.at = Infinity; /* all */
        this.last = 0;
        this.figure = document.getElementById('figure');
        this.tables = document.getElementById('tables');
        this.now = document.getElementById('now');
        this.range = document.getElementById('step');
        const go = {first: () => 0, back: () => this.at - 1, next: () => this.at + 1,
            last: () => Infinity};
        for (const [id, step] of Object.entries(go)) {
            document.getElementById(id).addEventListener('click', () => this.go(step()));
        }
        this.range.addEventListener('input', () => this.go(Number(this.range.value)));
        this.tables.addEventListener('click', (event) => {
            const row = event.target.closest('button') && event.target.closest('tr');
            if (row) {
                this.go(this.index(row) + 1);
            }
        });
        this.figure.addEventListener('click', (event) => {
            const node = event.target.closest('g[id*="-n"]');
            const of = node ? this.fragmentsOf(node.id.replace(/.*-n/, '')) : [];
            if (of.length) {
                this.go(of[of.length - 1] + 1);
            }
        });
        document.addEventListener('keydown', (event) => this.key(event));
    }

    /* The step at which the next pass is shown, whatever the last one was. */
    begin(step) {
        this.at = step;
        this.last = Infinity;
    }

    /* For the address: nothing where all is shown. */
    place() {
        return this.at < this.last ? this.at : '';
    }

    index(part) {
        return Number(part.getAttribute('data-fragment-index'));
    }

    /* The cells of a fragment's row. */
    cells(fragment) {
        const box = document.createElement('template');
        box.innerHTML = `<table><tbody><tr><th ${this.rows[fragment] ?? ''}`;
        return [...box.content.querySelector('tr').children];
    }

    /* The fragments of a step: its value, then its gradient. */
    fragmentsOf(step) {
        return Object.keys(this.rows).map(Number).filter(
            (i) => this.rows[i].startsWith(`scope="row">${step}<`));
    }

    /* Takes the figure and the tables out of a page of the engine's. */
    show(page) {
        const between = (begin, end) => page.slice(page.indexOf(begin), page.indexOf(end));
        /* Its style sheet would make the browser look at the whole page again: page.css has it. */
        this.figure.innerHTML = between('<svg', '</figure>').replace(/<style>[^]*?<\/style>/, '');
        const svg = this.figure.firstElementChild; /* a large one is read in parts */
        svg.style.minWidth = `${0.62 * svg.getAttribute('width')}px`;
        this.rows = between('<div class="tables"', '<p class="help">').split(
            /<tr data-fragment-index="\d+"><th /).slice(1).map((row) => row.split('</tr>')[0]);
        this.parts = [...this.figure.querySelectorAll('[data-fragment-index]')];
        const all = this.at >= this.last;
        this.last = this.rows.length;
        this.range.max = this.last;
        this.draw(all ? this.last : Math.min(this.at, this.last));
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.showTables(between('<div class="tables"',
            '<p class="help">')), REST);
    }

    clear() {
        clearTimeout(this.timer);
        this.rows = [];
        this.parts = [];
        [this.figure, this.tables, this.now].forEach((part) => part.replaceChildren());
    }

    showTables(html) {
        this.tables.innerHTML = html;
        this.tables.querySelectorAll('tbody th').forEach((cell) => {
            const button = document.createElement('button');
            button.textContent = cell.textContent;
            button.setAttribute('aria-label', `Go to step ${cell.textContent}`);
            cell.replaceChildren(button);
        });
        this.parts.push(...this.tables.querySelectorAll('[data-fragment-index]'));
        this.draw(this.at);
    }

    go(step) {
        this.draw(Math.max(0, Math.min(step, this.last)));
        this.moved();
    }

    draw(step) {
        this.at = step;
        for (const part of this.parts) {
            part.classList.toggle('visible', this.index(part) < step);
            part.classList.toggle('now', this.index(part) === step - 1);
        }
        this.range.value = step;
        this.range.setAttribute('aria-valuetext', `${step} of ${this.last}`);
        document.getElementById('place').textContent = `${step} of ${this.last}`;
        for (const [id, end] of [['first', 0], ['back', 0], ['next', this.last], ['last', this.last]]) {
            document.getElementById(id).disabled = step === end;
        }
        this.copy();
    }

    /* The row of the step, in large. */
    copy() {
        this.now.replaceChildren(...(this.at > 0 ? this.cells(this.at - 1).map((cell, i) => {
            const part = document.createElement('span');
            part.className = i === 0 ? 'number' : 'cell';
            part.append(...cell.childNodes);
            return part;
        }).filter((part) => part.textContent.trim()) : ['Nothing is computed yet.']));
    }

    /* Arrow keys, where they mean nothing else. */
    key(event) {
        const tag = event.target.tagName, step = {ArrowRight: this.at + 1, ArrowLeft: this.at - 1,
            Home: 0, End: Infinity}[event.key];
        if (step === undefined || event.ctrlKey || event.altKey || event.metaKey
            || document.getElementById('derive').hidden
            || /^(INPUT|TEXTAREA|SELECT)$/.test(tag) || event.target.getAttribute('role') === 'tab') {
            return;
        }
        event.preventDefault();
        this.go(step);
    }
}
