/* Starts the page: the engine, the views, the address. */
function selectTab(name) {
    for (const tab of document.querySelectorAll('[role=tab]')) {
        const on = tab.id === `tab-${name}`;
        tab.setAttribute('aria-selected', on);
        tab.tabIndex = on ? 0 : -1;
        byId(tab.getAttribute('aria-controls')).hidden = !on;
    }
    byId('formula').hidden = name === 'train';
    document.querySelector('main').classList.toggle('wide', name === 'train');
}

/* What the address says of each view; a field that has its usual value is left out. */
const FIELDS = {style: 'full', digits: '4', order: '1', target: '', rate: '0.1', to: ''};

async function start() {
    const engine = await Engine.load('engine');
    let tab = 'derive', starting = true, timer = 0;
    /* Into the address, when the keys rest: a browser lets it change a few times a second. */
    const keep = () => {
        clearTimeout(timer);
        timer = starting ? 0 : setTimeout(write, 2 * REST);
    };
    const write = () => {
        const all = {f: derive.program.value, v: derive.values.pairs(),
            tab: tab === 'derive' ? '' : tab, step: derive.stepper.place()};
        for (const [id, usual] of Object.entries({...FIELDS, ...TRAIN})) {
            all[id] = byId(id).value === usual ? '' : byId(id).value;
        }
        address.write(all);
    };
    const derive = new Derive(engine, keep);
    const worksheet = new Worksheet(derive);
    const train = new Train(engine, (given) => open(given), keep);

    const select = (name) => {
        tab = name;
        selectTab(name);
        derive.turn(name === 'worksheet' ? () => worksheet.show() : null);
        if (name === 'train' && !train.lives()) {
            train.reset();
        }
        keep();
    };
    /* Shows a state: that of an address, of a question, of an example. */
    const open = (given) => {
        starting = true;
        derive.set(given.f, given.v);
        for (const [id, usual] of Object.entries(FIELDS)) {
            derive.choose(id, given[id] ?? usual);
        }
        for (const id of Object.keys(TRAIN)) {
            derive.choose(id, given[id] ?? byId(id).value);
        }
        const box = document.querySelector(`details[id="${CSS.escape(given.open ?? '')}"]`);
        if (box) {
            box.open = true;
        }
        derive.stepper.begin(/^\d+$/.test(given.step ?? '') ? Number(given.step) : Infinity);
        select(byId(`tab-${given.tab}`) ? given.tab : 'derive');
        starting = false;
        keep();
    };
    const fromAddress = () => {
        const given = address.read();
        open(given.f == null ? {...given, f: FIRST, v: [['x', '2']]} : given);
    };

    for (const [id, usual] of Object.entries(TRAIN)) {
        byId(id).value = usual;
    }
    byId('setting').addEventListener('submit', (event) => event.preventDefault());
    showQuestions(open);
    showExports(derive, () => {
        write();
        return location.href;
    });
    for (const button of document.querySelectorAll('[role=tab]')) {
        button.addEventListener('click', () => select(button.getAttribute('aria-controls')));
        button.addEventListener('keydown', (event) => {
            const all = [...document.querySelectorAll('[role=tab]')], i = all.indexOf(button);
            const to = {ArrowRight: all[i + 1], ArrowLeft: all[i - 1]}[event.key];
            if (to) {
                to.click();
                to.focus();
            }
        });
    }
    window.addEventListener('hashchange', fromAddress);
    fromAddress();
    document.documentElement.dataset.ready = 'yes';
}
start();
