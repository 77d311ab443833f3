/* A network as a picture, as the library's diagram has it: an edge is as wide as its weight is large, and
 * dashed where it is negative; a weight stands at a quarter of its edge, a bias below its unit. Must not
 * know where the numbers come from.
 */
const WIDE = 460, RADIUS = 15, MOST_LABELS = 24;

/* units of each layer; weight as a linear layer holds it, layer after layer, each with its biases. */
function network(units, weight) {
    const high = 56 * Math.max(...units), largest = Math.max(...weight.map(Math.abs)) || 1;
    const x = (l) => (30 + l * (WIDE - 70) / (units.length - 1)).toFixed(1);
    const y = (l, i) => ((i + 0.5) * high / units[l]).toFixed(1);
    const text = (at, down, name, said, anchor = 'middle') => `<text x="${at}" y="${down}" class="${name}"`
        + ` font-size="11" text-anchor="${anchor}">${said}</text>`;
    const labels = units.reduce((sum, n, l) => l ? sum + n * units[l - 1] : 0, 0) <= MOST_LABELS;
    let edges = '', said = '', nodes = '', at = 0;
    units.forEach((n, l) => {
        for (let j = 0; j < n; j++) {
            for (let i = 0; l > 0 && i < units[l - 1]; i++) {
                const w = weight[at + j * units[l - 1] + i], share = Math.abs(w) / largest || 0;
                const [x1, x2, y1, y2] = [x(l - 1), x(l), y(l - 1, i), y(l, j)].map(Number);
                edges += `<path d="M${x1} ${y1}L${x2} ${y2}" fill="none" class="${w < 0 ? 'sg' : 'sv'}"`
                    + ` stroke-width="${(0.5 + 5 * share).toFixed(1)}" stroke-dasharray="${w < 0 ? '6 4' : 'none'}"/>`;
                said += labels ? text((0.7 * x1 + 0.3 * x2).toFixed(1), (0.7 * y1 + 0.3 * y2 - 3).toFixed(1),
                    'fi', w.toPrecision(2)) : '';
            }
            const name = l === 0 ? `x${j + 1}` : l < units.length - 1 ? `h${l}_${j + 1}` : 'z';
            nodes += `<circle cx="${x(l)}" cy="${y(l, j)}" r="${RADIUS}" class="fp si"/>`
                + text(x(l), Number(y(l, j)) + 4, 'fi', name) + (l === 0 ? '' : text(x(l), Number(y(l, j)) + 26,
                    'fm', weight[at + n * units[l - 1] + j].toPrecision(2)));
        }
        at += l > 0 ? n * (units[l - 1] + 1) : 0;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} ${high}">${edges}${said}${nodes}</svg>`;
}
