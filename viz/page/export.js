/* Files to take away: what the engine writes, as a download; a picture in pixels; the link. Must not
 * know a format.
 */
const FILES = [['SVG', 'svg', 'svg'], ['PNG', 'svg', 'png'], ['TikZ', 'tikz', 'tex'],
    ['LaTeX', 'latex', 'trace.tex'], ['Markdown', 'markdown', 'md'], ['Slides (Beamer)', 'beamer',
        'beamer.tex'], ['Spreadsheet', 'fods', 'fods'], ['Stepper', 'stepper', 'stepper.html'],
    ['Moodle', 'xml', 'xml'], ['JSON', 'json', 'json']];

function download(blob, name) {
    const link = element('a', {href: URL.createObjectURL(blob), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/* An SVG as pixels, twice as many as its size says. */
async function pixels(svg) {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([svg], {type: 'image/svg+xml'}));
    await image.decode();
    const canvas = element('canvas', {width: 2 * image.width, height: 2 * image.height});
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

function showExports(derive, link) {
    const said = element('output', {});
    const tell = (text) => { said.textContent = text; };
    byId('exports').append(element('span', {className: 'hint'}, 'Save as'),
        ...FILES.map(([label, format, ending]) => {
            const button = element('button', {type: 'button'}, label);
            button.addEventListener('click', async () => {
                const theme = ending === 'png' ? ['--theme', 'light'] : [];
                const {code, out, err} = derive.run(...derive.look(), '-f', format, '--style',
                    byId('style').value, ...theme);
                if (code === 0) {
                    download(ending === 'png' ? await pixels(out) : new Blob([out]), `f.${ending}`);
                }
                tell(code === 0 ? `Saved as f.${ending}` : plain(err));
            });
            return button;
        }));
    const copy = element('button', {type: 'button', className: 'main'}, 'Copy the link');
    copy.addEventListener('click', async () => {
        const text = link();
        try {
            await navigator.clipboard.writeText(text);
            tell('The link is copied.');
        } catch {
            tell(text); /* where a page may not write to the clipboard */
        }
    });
    byId('exports').append(copy, said);
}
