/* Shows a pass step by step: the figure and the tables that the engine writes for its own stepper,
 * whose parts carry the number of their step. Must not know any number in them.
 */
const ROW = /<tr data-fragment-index="\d+"><th scope="row">/,
    STEP = /<th scope="row">(.*?)<\/th>/g, BORDER = /<\/t[hd]><td>/;

class Stepper {
    constructor(moved) {
        this.moved = moved;
        this.at = Infinity; /* all */
        this.last = 0;
        this.rows = []; /* by fragment: its step, and the markup of its cells */
        this.text = ''; /* the markup of the tables */
        for (const part of ['figure', 'tables', 'now']) {
            this[part] = new Markup(document.getElementById(part));
        }
        this.range = document.getElementById('step');
        const go = {first: () => 0, back: () => this.at - 1, next: () => this.at + 1,
            last: () => Infinity};
        for (const [id, step] of Object.entries(go)) {
            document.getElementById(id).addEventListener('click', () => this.go(step()));
        }
        this.range.addEventListener('input', () => this.go(Number(this.range.value)));
        this.tables.box.addEventListener('click', (event) => {
            const row = event.target.closest('button') && event.target.closest('tr');
            if (row) {
                this.go(this.index(row) + 1);
            }
        });
        this.figure.box.addEventListener('click', (event) => {
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

    /* The fragments of a step: its value, then its gradient. */
    fragmentsOf(step) {
        return Object.keys(this.rows).map(Number).filter((i) => this.rows[i][0] === step);
    }

    /* Takes the figure and the tables out of a page of the engine's; says how many rows they have. */
    read(page) {
        const between = (begin, end) => page.slice(page.indexOf(begin), page.indexOf(end));
        this.picture = between('<svg', '</figure>');
        this.text = between('<div class="tables"', '<p class="help">');
        this.rows = this.text.split(ROW).slice(1).map((row) =>
            row.slice(0, row.indexOf('</td></tr>')).split(BORDER));
        return this.rows.length;
    }

    /* Shows the figure and its step. */
    show() {
        const all = this.at >= this.last;
        this.last = this.rows.length;
        this.figure.show(this.fitted(this.picture));
        this.draw(all ? this.last : Math.min(this.at, this.last));
    }

    /* Shows the tables of all steps. */
    showTables() {
        this.tables.show(this.text.replace(STEP,
            '<th scope="row"><button aria-label="Go to step $1">$1</button></th>'));
        this.draw(this.at);
    }

    /* The figure without its style sheet, for which a browser would look at the whole page again:
     * page.css has it. Its ids, which differ from graph to graph, are the same here; a large one is
     * read in parts. */
    fitted(svg) {
        const [, id] = /id="([^"]*)"/.exec(svg), [, width] = /width="([^"]*)"/.exec(svg);
        return svg.replace(/<style>[^]*?<\/style>/, '').replaceAll(id, 'graph')
            .replace('<svg', `<svg style="min-width: ${0.62 * width}px"`);
    }

    clear() {
        this.rows = [];
        this.text = '';
        [this.figure, this.tables, this.now].forEach((part) => part.clear());
    }

    go(step) {
        this.draw(Math.max(0, Math.min(step, this.last)));
        this.moved();
    }

    draw(step) {
        this.at = step;
        for (const part of document.querySelectorAll('[data-fragment-index]')) {
            part.classList.toggle('visible', this.index(part) < step);
            part.classList.toggle('now', this.index(part) === step - 1);
        }
        const place = document.getElementById('place'), of = `${step} of ${this.last}`;
        if (place.textContent !== of) {
            place.textContent = of;
            this.range.max = this.last;
            this.range.value = step;
            this.range.setAttribute('aria-valuetext', of);
            for (const [id, end] of [['first', 0], ['back', 0], ['next', this.last], ['last', this.last]]) {
                document.getElementById(id).disabled = step === end;
            }
        }
        this.copy();
    }

    /* The row of the step, in large. */
    copy() {
        const cells = (this.rows[this.at - 1] ?? ['', 'Nothing is computed yet.']).map((cell, i) =>
            /(^|>)[^<]*[^<\s]/.test(cell) ? `<span class="${i > 0 ? 'cell' : 'number'}">${cell}</span>` : '');
        this.now.show(cells.join(''));
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
