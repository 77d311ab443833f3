/* What the address keeps, so that a link shows what its sender saw: the program, the values, the view.
 * Must not know what any of it means.
 */
const address = {
    /* Of "#f=x%5E2&v=x%3D2": the texts by name; v, the values, is a list of pairs. */
    read() {
        this.seen = location.hash;
        const given = new URLSearchParams(this.seen.slice(1));
        const all = Object.fromEntries([...given].filter(([name]) => name !== 'v'));
        all.v = given.getAll('v').map((text) => {
            const equals = text.indexOf('=');
            return [text.slice(0, equals), text.slice(equals + 1)];
        });
        return all;
    },

    /* Texts that are empty or not given are left out. An address that nobody has read yet stays. */
    write(all) {
        const to = new URLSearchParams();
        for (const [name, value] of Object.entries(all)) {
            if (name === 'v') {
                value.forEach(([of, text]) => to.append('v', `${of}=${text}`));
            } else if (value !== '' && value != null) {
                to.set(name, value);
            }
        }
        const hash = `#${to}`;
        if (location.hash === this.seen && hash !== this.seen) {
            history.replaceState(null, '', hash);
            this.seen = location.hash;
        }
    },
};
