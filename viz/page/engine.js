/* The engine: unpacks the module that stands in the page, starts it, and calls it as a shell would,
 * with arguments and standard streams. An instance lives on from call to call; after a trap, or when
 * it has grown large, the next call gets a fresh one, so that no run can harm another. Must not know
 * what is asked of it.
 *
 * Source: WASI preview 1, of which the engine needs streams, a clock and no file.
 */
const MODEST = ['--memory', '64'];
const TOO_LARGE = 256 * 2 ** 20;
const WASI_OK = 0, WASI_BAD_FILE = 8, WASI_NO_SUCH_CALL = 52;

/* The bytes of a text in an element of the page, unpacked: assemble.sh says how they are written. */
async function unpacked(id) {
    const [length, text] = document.getElementById(id).textContent.trim().split(/:(.*)/s);
    const bytes = new DataView(new ArrayBuffer(4 * Math.ceil(length / 4)));
    for (let i = 0, at = 0; i < text.length; at += 4) {
        let value = 0;
        for (const end = i + 5; i < end; i++) {
            const code = text.charCodeAt(i);
            value = 85 * value + (code === 122 ? 60 : code) - 35;
        }
        bytes.setUint32(at, value);
    }
    const packed = new Blob([new Uint8Array(bytes.buffer, 0, Number(length))]);
    return new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

class Engine {
    static async load(id) {
        return new Engine(await WebAssembly.compile(await unpacked(id)));
    }

    constructor(module) {
        this.module = module;
        this.instance = null;
        this.input = new Uint8Array(0); /* what is left of the standard input */
        this.output = ['', '', '']; /* by file descriptor */
        this.decoder = new TextDecoder();
        this.encoder = new TextEncoder();
    }

    /* --- the system ----------------------------------------------------------------------------- */

    memory() {
        return new DataView(this.instance.exports.memory.buffer);
    }

    /* The pieces of memory that a call names: pairs of address and length. */
    pieces(at, n) {
        const view = this.memory();
        return Array.from({length: n}, (_, i) => new Uint8Array(view.buffer,
            view.getUint32(at + 8 * i, true), view.getUint32(at + 8 * i + 4, true)));
    }

    write(descriptor, at, n, written) {
        let bytes = 0;
        for (const piece of this.pieces(at, n)) {
            this.output[descriptor] += this.decoder.decode(piece, {stream: true});
            bytes += piece.length;
        }
        this.memory().setUint32(written, bytes, true);
        return WASI_OK;
    }

    read(descriptor, at, n, got) {
        let bytes = 0;
        for (const piece of this.pieces(at, n)) {
            const part = this.input.subarray(0, piece.length);
            piece.set(part);
            this.input = this.input.subarray(part.length);
            bytes += part.length;
        }
        this.memory().setUint32(got, bytes, true);
        return WASI_OK;
    }

    /* Calls that are not listed fail, as where there are no files. */
    imports() {
        const calls = {
            fd_write: (descriptor, at, n, written) => this.write(descriptor, at, n, written),
            fd_read: (descriptor, at, n, got) => this.read(descriptor, at, n, got),
            fd_prestat_get: () => WASI_BAD_FILE,
            fd_fdstat_get: (descriptor, at) => {
                new Uint8Array(this.memory().buffer, at, 24).fill(0);
                return WASI_OK;
            },
            environ_sizes_get: (count, size) => {
                this.memory().setUint32(count, 0, true);
                this.memory().setUint32(size, 0, true);
                return WASI_OK;
            },
            environ_get: () => WASI_OK,
            clock_time_get: (clock, precision, at) => {
                this.memory().setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
                return WASI_OK;
            },
            proc_exit: (code) => { throw new Error(`the engine ended with ${code}`); },
        };
        const all = {};
        for (const {module, name} of WebAssembly.Module.imports(this.module)) {
            all[module] ??= {};
            all[module][name] = calls[name] ?? (() => WASI_NO_SUCH_CALL);
        }
        return all;
    }

    /* --- calls ---------------------------------------------------------------------------------- */

    exports() {
        if (this.instance && this.instance.exports.memory.buffer.byteLength > TOO_LARGE) {
            this.instance = null;
        }
        if (!this.instance) {
            this.instance = new WebAssembly.Instance(this.module, this.imports());
            this.instance.exports._initialize();
            this.room = 0;
        }
        return this.instance.exports;
    }

    /* Puts bytes where the engine can read them; they are there until the next call of this. */
    place(bytes) {
        const e = this.exports();
        if (bytes.length + 1 > this.room) {
            this.room = 2 * bytes.length + 4096;
            this.at = e.page_alloc(this.room);
        }
        const memory = new Uint8Array(e.memory.buffer);
        memory.set(bytes, this.at);
        memory[this.at + bytes.length] = 0;
        return this.at;
    }

    /* What a call printed, and its exit code. A trap is an error like another. */
    call(name, ...given) {
        this.output = ['', '', ''];
        let code = 2;
        try {
            code = this.exports()[name](...given);
        } catch (trap) {
            this.instance = null;
            this.output[2] += `The engine stopped (${trap.message}): too much memory or too deep a `
                + 'computation. Nothing is lost; change the program.';
        }
        return {code, out: this.output[1], err: this.output[2]};
    }

    /* Runs the command: run(['-w', 'x*y', 'x=2', 'y=3'], text of the standard input). Views ask for
     * little memory (MODEST), so that matrices end with a message before a key takes seconds. */
    run(list, input = '') {
        const bytes = this.encoder.encode(list.join('\0'));
        this.input = this.encoder.encode(input);
        return this.call('page_run', this.place(bytes), list.length);
    }

    /* The names of a program that take a value, as {name, value}; value is '' where there is none. */
    inputs(program) {
        const bytes = this.encoder.encode(program);
        const {code, out, err} = this.call('page_inputs', this.place(bytes), bytes.length);
        const list = out.split('\0').slice(0, -1).map((text) => {
            const equals = text.indexOf('=');
            return {name: text.slice(0, equals), value: text.slice(equals + 1)};
        });
        return {code, err, list};
    }
}
