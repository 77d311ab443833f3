/* The values of a program's names: a field for each, in which any text may stand that the program's
 * language reads, and a slider with ends of its own. Of a matrix the slider moves one element. Must
 * not know what is computed with them.
 */
const NUMBER = /[-−]?\d+(\.\d*)?(e[-+]?\d+)?/g;

function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
}

class Values {
    constructor(box, changed) {
        this.box = box;
        this.changed = changed;
        this.text = Object.create(null); /* by name, also of names that are not in the program now */
        this.ends = Object.create(null); /* [low, high] by name */
        this.rows = new Map();
    }

    /* Shows a row for each name; rows that stay keep the focus. */
    show(inputs) {
        const names = inputs.map((input) => input.name);
        for (const {name, value} of inputs) {
            this.text[name] ??= value || '1';
            if (!this.rows.has(name)) {
                this.rows.set(name, this.row(name));
            }
        }
        for (const [name, row] of this.rows) {
            if (!names.includes(name)) {
                row.remove();
                this.rows.delete(name);
            }
        }
        const wanted = names.map((name) => this.rows.get(name));
        if (wanted.some((row, i) => this.box.children[i] !== row)) {
            this.box.append(...wanted);
        }
    }

    bindings() {
        return [...this.rows.keys()].map((name) => `${name}=${this.text[name]}`);
    }

    pairs() {
        return [...this.rows.keys()].map((name) => [name, this.text[name]]);
    }

    /* Sets values from elsewhere; those that are not given begin anew. */
    set(pairs) {
        this.text = Object.create(null);
        this.ends = Object.create(null);
        for (const [name, text] of pairs) {
            this.text[name] = text.replaceAll('\0', '');
        }
        this.rows.forEach((row) => row.remove());
        this.rows.clear();
    }

    /* The places of the numbers in a value: one of 2, four of [[1,2],[3,4]], none of pi/4. */
    places(name) {
        const text = this.text[name], all = [...text.matchAll(NUMBER)];
        const plain = all.length === 1 && all[0][0] === text.trim();
        return plain || text.includes('[') ? all : [];
    }

    row(name) {
        const id = `value-${name}`, row = element('div', {className: 'value'});
        const field = element('input', {id, value: this.text[name], className: 'mono',
            spellcheck: false, autocomplete: 'off'});
        const slider = element('input', {type: 'range'}), which = element('select');
        slider.setAttribute('aria-label', `${name}, slider`);
        which.setAttribute('aria-label', `Element of ${name} that the slider moves`);
        const ends = ['low', 'high'].map((end, k) => {
            const input = element('input', {className: `end ${end}`, inputMode: 'decimal'});
            input.setAttribute('aria-label', `${end === 'low' ? 'Smallest' : 'Largest'} ${name}`);
            input.addEventListener('change', () => {
                if (input.value.trim() && Number.isFinite(Number(input.value))) {
                    this.ends[name][k] = Number(input.value);
                }
                fit();
            });
            return input;
        });
        const fit = () => {
            const places = this.places(name), i = Math.min(which.selectedIndex, places.length - 1);
            slider.disabled = places.length === 0;
            which.hidden = places.length < 2;
            if (which.options.length !== places.length) {
                which.replaceChildren(...places.map((_, k) => new Option(`${name}, number ${k + 1}`)));
            }
            const value = places.length ? Number(places[Math.max(i, 0)][0].replace('−', '-')) : 0;
            this.fitSlider(name, slider, ends, value);
        };
        field.addEventListener('input', () => {
            this.text[name] = field.value;
            fit();
            this.changed();
        });
        slider.addEventListener('input', () => {
            const place = this.places(name)[Math.max(which.selectedIndex, 0)];
            this.text[name] = this.text[name].slice(0, place.index) + slider.value
                + this.text[name].slice(place.index + place[0].length);
            field.value = this.text[name];
            this.changed();
        });
        which.addEventListener('change', fit);
        row.append(element('label', {htmlFor: id}, name), field,
            element('div', {className: 'range'}, ends[0], slider, ends[1]), which);
        fit();
        return row;
    }

    /* A range that holds the value: an end that does not becomes -5 or 5, or ten times that and so
     * on. */
    fitSlider(name, slider, ends, value) {
        this.ends[name] ??= [-5, 5];
        const range = this.ends[name], tens = Math.ceil(Math.log10(Math.abs(value) / 5 || 1));
        const wide = 5 * 10 ** Math.min(Math.max(tens, 0), 300);
        if (value < range[0]) {
            range[0] = -wide;
        } else if (value > range[1]) {
            range[1] = wide;
        }
        if (range[0] >= range[1]) {
            range[1] = range[0] + 1;
        }
        slider.min = range[0];
        slider.max = range[1];
        slider.step = 10 ** Math.floor(Math.log10((range[1] - range[0]) / 100 || 1));
        slider.value = value;
        ends.forEach((input, k) => { input.value = range[k]; });
    }
}
