/* A part of the page that shows markup and changes with every key: only what differs from the markup
 * before is set, so that the browser parses, lays out and paints little. Must not know what the markup
 * shows.
 *
 * The invariant: the part is as if the last markup had just been parsed. What others change in it, such
 * as a class, stays where the markup stays. Markup is the engine's: no ">" stands in a value, and every
 * element has an end. Source of the characters that stand escaped: HTML standard, section 13.3.
 */
const ESCAPED = {lt: '<', gt: '>', amp: '&', quot: '"'};
const unescaped = (text) => text.replace(/&(lt|gt|amp|quot);/g, (_, name) => ESCAPED[name]);

class Markup {
    constructor(box) {
        this.box = box;
        this.clear();
    }

    clear() {
        this.box.replaceChildren();
        this.tree = this.read('');
    }

    show(html) {
        if (html !== this.tree.html) {
            const tree = this.read(html);
            this.change(this.box, this.tree.parts, tree.parts);
            this.tree = tree;
        }
    }

    /* Elements and texts as a tree. Each has its markup; an element has its tag, and the parts in it. */
    read(html) {
        const root = {html, parts: []}, open = [root];
        for (const {0: piece, index} of html.matchAll(/<[^>]*>|[^<]+/g)) {
            if (piece.startsWith('</')) {
                const done = open.pop();
                done.html = html.slice(done.from, index + piece.length);
            } else {
                const tag = piece[0] === '<' ? piece : '';
                const part = {html: piece, tag, from: index, parts: []};
                open[open.length - 1].parts.push(part);
                if (tag && !tag.endsWith('/>')) {
                    open.push(part);
                }
            }
        }
        return root;
    }

    /* Do two pieces of markup differ in texts and in values only? */
    alike(a, b) {
        const bones = (part) => part.html.replace(/"[^"]*"/g, '"').replace(/(^|>)[^<]+/g, '$1"');
        return bones(a) === bones(b);
    }

    /* Makes the parts of a node from what they were to what they are: those of lists of one length in
     * pairs; of others those at the begin and at the end that are alike, and what is between is new. */
    change(node, was, is) {
        if (node.childNodes.length !== was.length) {
            node.replaceChildren(...this.made(node, is)); /* browsers divide a text of 64 KiB */
            return;
        }
        const grown = is.length - was.length, least = Math.min(was.length, is.length);
        let head = grown === 0 ? least : 0, tail = 0;
        while (head < least && this.alike(was[head], is[head])) {
            head++;
        }
        while (tail < least - head && this.alike(was.at(-1 - tail), is.at(-1 - tail))) {
            tail++;
        }
        let at = node.firstChild;
        for (let i = 0; i < was.length; i++) {
            const next = at.nextSibling;
            if (i === was.length - tail) {
                at.before(...this.made(node, is.slice(head, i + grown)));
            }
            if (i >= head && i < was.length - tail) {
                at.remove();
            } else {
                const now = is[i < head ? i : i + grown];
                if (now.html !== was[i].html) {
                    this.set(at, was[i], now);
                }
            }
            at = next;
        }
        if (tail === 0) {
            node.append(...this.made(node, is.slice(head)));
        }
    }

    set(node, was, is) {
        if (!was.tag && !is.tag) {
            node.data = unescaped(is.html);
            return;
        }
        const had = was.tag.split('"'), has = is.tag.split('"');
        if (had.length !== has.length || has.some((piece, i) => i % 2 === 0 && piece !== had[i])) {
            node.replaceWith(...this.made(node.parentNode, [is]));
            return;
        }
        for (let i = 1; i < has.length; i += 2) {
            if (has[i] !== had[i]) {
                const name = has[i - 1];
                node.setAttribute(name.slice(name.lastIndexOf(' ') + 1, -1), unescaped(has[i]));
            }
        }
        this.change(node, was.parts, is.parts);
    }

    /* The nodes of parts that are new in a node. */
    made(node, parts) {
        if (parts.length === 0) {
            return [];
        }
        const holder = node.cloneNode(false);
        holder.innerHTML = parts.map((part) => part.html).join('');
        return [...holder.childNodes];
    }
}
