/* Readers of a recorded graph: a printed trace of the chain rule, and figures.
 *
 * Nothing here changes what is recorded. Every output numbers the nodes in the same way, as steps
 * 0, 1, ... in the order of recording, and counts only the nodes on which the root depends. So a
 * slide, a text and a figure can all say "step 3". Nodes without a name are called v1, v2, ... in
 * that order; names that the user has given are skipped. If two nodes have the name w, the later
 * one is called w#2. A name longer than 120 bytes is shortened.
 *
 * Numbers do not depend on the locale, and the same recording always gives the same bytes.
 *
 * Errors are returned, and the root's graph keeps a message with the path and the system's reason:
 * NULL_ARGUMENT, MEMORY, IO (the output could not be written), VALUE (an option has a value that is
 * not allowed, a tensor in the options is not one on which the root depends, or `differences` are
 * too many), STATE (the root was made in a hook; viz_render, which has no graph to keep a message:
 * Graphviz is not installed).
 */
#ifndef VIZ_VIZ_H
#define VIZ_VIZ_H

#include <autograd/engine.h>
#include <stdio.h>

AG_BEGIN_C

typedef enum viz_format {
    VIZ_TEXT,     /* the printed trace: .txt */
    VIZ_ALT_TEXT, /* the figure in sentences: .alt.txt */
    VIZ_DOT,      /* a figure for Graphviz: .dot */
    VIZ_SVG,      /* for a page: .svg */
    VIZ_REVEAL,   /* the same with steps, to be put into a page of Reveal or Quarto: .html */
    VIZ_TIKZ,     /* for LaTeX, with names and formulas in math: .tex */
    VIZ_BEAMER,   /* the same with steps for Beamer: .beamer.tex */
    VIZ_MERMAID,  /* for Markdown: .mmd; Mermaid cuts labels off within slides of Reveal */
    VIZ_MARKDOWN, /* the trace with formulas in $...$: .md */
    VIZ_LATEX,    /* the trace for \input, with booktabs and amsmath, and longtable for tables of
                   * more than 40 rows: .trace.tex */
    VIZ_JSON,     /* the trace for programs: .json; viz/README.md has the schema */
    VIZ_CSV,      /* the same as one table: .csv */
    VIZ_FODS,     /* the trace as a spreadsheet with formulas: .fods */
    VIZ_STEPPER,  /* a page of its own, step by step: .stepper.html */
    VIZ_MOODLE,   /* a question for each blank of a worksheet, as Moodle's XML: .xml */
    VIZ_GIFT,     /* the same in GIFT: .gift */
    VIZ_FORMAT_COUNT
} viz_format;

typedef enum viz_style {
    VIZ_FULL,    /* name and formula, value, gradient; the local partial on every edge */
    VIZ_COMPACT, /* name, value, gradient */
    VIZ_CIRCUIT, /* operations as circles; above every wire the value, below it the gradient that
                  * flows back over it. Where that is no product of two numbers, as for tensors,
                  * each wire from a node has the norm of the node's whole gradient, to which all of
                  * its wires add */
    VIZ_NN,      /* names and operations, on the edges shapes; an edge is as wide as its gradient is
                  * large; a frame around what was recorded in a scope with a name (ag_scope_enter),
                  * as that of a module of nn/; or, in a graph without scopes, around the parameters
                  * "encoder.1.weight" and so on and what reads them */
    VIZ_STYLE_COUNT
} viz_style;

/* What a reader gets of a trace (text, Markdown and LaTeX). Values, local partials and gradients
 * are numbered, the same in every format; of tensors each element of a value and a gradient. */
typedef enum viz_sheet {
    VIZ_TRACE,     /* the numbers, and the derivation of each gradient */
    VIZ_WORKSHEET, /* blanks to be filled in: (3) ____ */
    VIZ_KEY,       /* the worksheet with its answers: (3) 54.60 */
    VIZ_SHEET_COUNT
} viz_sheet;

/* Colors, such as "#0072B2". NULL means the default, which has a contrast of at least 5:1 on white
 * in the light look. */
typedef struct viz_palette {
    const char *value;     /* blue */
    const char *gradient;  /* rust */
    const char *ink;       /* names and outlines */
    const char *muted;     /* edges, partials, constants */
    const char *highlight; /* the paths of viz_options.highlight */
    const char *paper;     /* the background, and what is inside boxes */
} viz_palette;

/* The colors of an SVG figure: as the system of the reader wants it, or always the same. */
typedef enum viz_theme { VIZ_AUTO, VIZ_LIGHT, VIZ_DARK, VIZ_THEME_COUNT } viz_theme;

/* How a name is written in LaTeX, such as {"h1", "h^{(1)}"}. */
typedef struct viz_math {
    const char *name;
    const char *latex;
} viz_math;

/* The color of a node, of which ag_op_of, ag_role_of and the like tell more: 0xRRGGBB, of which higher
 * bits do not count, negative for the usual one. `context` is the caller's. It must not change the
 * graph. Asked for each box or circle; not for the boxes of a fold or a module, nor for the leaves of
 * VIZ_CIRCUIT, which have no outline. */
typedef int32_t viz_color_function(const ag_tensor *node, void *context);

/* A field that is zero has its default; NULL for the options means all defaults. All pointers are
 * *borrowed* for the call. */
typedef struct viz_options {
    viz_format format;
    int digits;        /* significant digits, 1 to 17; 0 means 4 */
    bool ascii;        /* no byte above 127: df/dx, *, and Greek letters in words */
    bool forward_only; /* leave out gradients */
    bool newest_first; /* terms in the order in which the backward pass adds them */
    bool expand;       /* trace: list the elements of tensors with up to 64 elements */
    bool differences;  /* trace: beside each gradient that by finite differences; up to 1000 */
    size_t paths;      /* trace: how many paths from the target, or from each leaf, to list */
    viz_sheet sheet;   /* trace: worksheet or key; VALUE if a tensor has more than 64 elements.
                        * Stepper: of 0-d tensors; a worksheet begins with hidden answers, which
                        * its source has in base64 */
    const ag_tensor *target; /* show only the nodes that depend on this tensor, and the tensor */
    const ag_tensor *more_targets[7]; /* and on these, until the first NULL */

    const viz_math *math; /* LaTeX: names that are not written as usual, x1 as x_1 */
    size_t n_math;        /* how many */

    /* Figures only. */
    viz_style style;
    const ag_tensor *highlight; /* draw the paths from this tensor to the root in bold */
    size_t fold_above;          /* draw nodes beyond this number as one node; 0 means 200 */
    bool flat;                  /* VIZ_NN: no frame around the nodes of a module */
    size_t depth;               /* VIZ_NN: draw the modules of this depth, of which the outermost
                                 * have 1, as one box each; 0: frames as deep as fold_above allows */
    bool every_module;          /* VIZ_NN: draw three and more equal modules that follow each other
                                 * one by one, instead of the first with "×6" in its title */
    bool legend;                /* explain colors and outlines below the figure */
    bool steady;                /* round widths up, so that other digits rarely move anything */
    bool alt;                   /* also write a description: fig.alt.txt beside fig.svg */
    const char *font;           /* NULL means Helvetica */
    const char *rankdir; /* the direction of data flow: "LR", "TB", "RL" or "BT"; NULL is "LR" */
    viz_palette palette;
    viz_palette dark; /* for the dark look; NULL means a default of at least 5:1 on #16181C */
    viz_color_function
        *color;          /* of each node, as its outline and, pale, inside; NULL: the palette's */
    void *color_context; /* given to it */
    viz_theme theme;     /* SVG */
    bool steps;          /* SVG: each value and each gradient is a fragment of Reveal's slides */
    size_t frame;        /* SVG, TikZ: 1 has no values, each frame one more; 0 means all of them */
    const char *id;      /* SVG: before all ids in the figure; NULL means one made of its text */

    /* Graphviz attributes, such as "nodesep=0.6", that are copied unchanged into the figure. */
    const char *graph_attributes;
    const char *node_attributes;
    const char *edge_attributes;
} viz_options;

/* --- the printed trace ------------------------------------------------------------------------ */

/* Prints what was computed, step by step, and then the chain rule with its numbers, the newest step
 * first. If all nodes are 0-d, each has an equation: a reader who computes it with the printed
 * factors and rounds gets the printed result. For this an equation has up to three more digits;
 * where they are not enough, it has the sign for "approximately". A graph with larger tensors has
 * shapes and norms instead. A gradient that no pass has computed is a dash, and one that is not
 * required is a dot; a gradient that sums several backward passes is marked. */
AG_API ag_status viz_trace(FILE *out, const ag_tensor *root, viz_format format);
AG_API ag_status viz_trace_with(FILE *out, const ag_tensor *root, const viz_options *options);

/* The same as a string. *New*: free it with viz_free before the graph is freed. *text is NULL on
 * error. */
AG_API AG_MUST_USE ag_status viz_trace_string(const ag_tensor *root, const viz_options *options,
                                              char **text);
AG_API void viz_free(char *text);

/* --- a tensor --------------------------------------------------------------------------------- */

/* A field that is zero has its default; NULL for the options means all defaults. */
typedef struct viz_print_options {
    int digits;    /* significant digits, 1 to 17; 0 means 4 */
    int64_t most;  /* of a tensor with more elements only the edges are shown; 0 means 1000 */
    int edge;      /* elements at each end of an axis then; 0 means 3 */
    bool gradient; /* print the gradient */
    bool bare;     /* without the first line, which has name, dtype and shape */
} viz_print_options;

/* Prints the elements of a tensor in rows and columns, in brackets as NumPy does:
 *     w  f64 [2,3]
 *     [[ 0.5    -1       2]
 *      [12.25    1e-09   0]]
 * An axis that is not shown whole has "..." in its midst. Errors: NO_GRADIENT (there is none), and
 * those of the trace. A string is *new*: free it with viz_free. */
AG_API ag_status viz_print_tensor(FILE *out, const ag_tensor *t, const viz_print_options *options);
AG_API AG_MUST_USE ag_status viz_tensor_string(const ag_tensor *t, const viz_print_options *options,
                                               char **text);

/* The name by which traces and figures of this root call a tensor on which it depends: its own, w#2
 * for the second w, or v3 for one without. *New*: free it with viz_free. *text is NULL on error:
 * VALUE (the root does not depend on t), and those of the trace. */
AG_API AG_MUST_USE ag_status viz_name_string(const ag_tensor *root, const ag_tensor *t,
                                             char **text);

/* --- two runs side by side -------------------------------------------------------------------- */

/* The values and gradients of one run, kept for a comparison with a later one, such as that after a
 * step of an optimizer: of each node its value, or of a larger tensor its norm, and all elements of
 * the leaves that need a gradient. *New*: free it with viz_snapshot_free before the graph is
 * freed. *run is NULL on error. */
typedef struct viz_snapshot viz_snapshot;
AG_API AG_MUST_USE ag_status viz_snapshot_new(const ag_tensor *root, viz_snapshot **run);
AG_API void viz_snapshot_free(viz_snapshot *run);

/* Prints what is not as it was in the run before: values and gradients of the nodes with the same
 * names, and the change of the root beside that which the gradients of that run predict, the sum of
 * gradient times change over the leaves; after a step of gradient descent that is -rate times the
 * squared norm of the gradient. As text, Markdown or LaTeX (VALUE: another format). */
AG_API ag_status viz_diff(FILE *out, const viz_snapshot *before, const ag_tensor *root,
                          const viz_options *options);

/* --- any format ------------------------------------------------------------------------------- */

/* Writes what options->format says, to an open file or a string. *New*: free the string with
 * viz_free before the graph is freed. *text is NULL on error. */
AG_API ag_status viz_write(FILE *out, const ag_tensor *root, const viz_options *options);
AG_API AG_MUST_USE ag_status viz_string(const ag_tensor *root, const viz_options *options,
                                        char **text);

/* Writes the file at `path` in the format of its ending, which enum viz_format lists; also .pdf
 * and .png, by rsvg-convert or else by Graphviz, of which no shell is used. options->format is
 * not read. If it fails, a file that was there stays as it was, unless the failure is in writing
 * it. Errors: also VALUE (another ending), STATE (.pdf or .png: neither program is installed;
 * the figure was written as path.svg and path.dot: see viz_render_hint), OVERFLOW (too large to
 * be laid out: see fold_above). */
AG_API ag_status viz_save(const char *path, const ag_tensor *root, const viz_options *options);

/* Writes a figure as numbered frames of the same geometry, fig-01.svg, fig-02.svg, ...: the
 * first has no values, and each other one has one value or gradient more. The path ends with
 * .svg or .tex. *frames, unless it is NULL, is their number. Errors: as viz_save. */
AG_API ag_status viz_save_frames(const char *path, const ag_tensor *root,
                                 const viz_options *options, size_t *frames);

/* --- figures ---------------------------------------------------------------------------------- */

/* Writes the graph as a Graphviz figure, to a file or to the file at `path`. The nodes have the ids
 * n0, n1, ... by step. If viz_dot_save fails, a file that was there stays as it was, unless the
 * failure is in writing it. */
AG_API ag_status viz_dot(FILE *out, const ag_tensor *root, const viz_options *options);
AG_API ag_status viz_dot_save(const char *path, const ag_tensor *root, const viz_options *options);

/* Writes the graph as an SVG figure of our own layout, without Graphviz. It follows the system's
 * choice of a light or dark look, unless a theme was chosen, and has a title and a description.
 * The groups of nodes and edges have the ids ID-n3 and ID-e3_0, of the step and its operand.
 * With `steps` each value and then, the newest first, each gradient is a group of class
 * "fragment", which Reveal and Quarto show one after the other where the figure stands in the
 * page itself. Errors: also OVERFLOW (too large to be laid out: see fold_above). */
AG_API ag_status viz_svg(FILE *out, const ag_tensor *root, const viz_options *options);

/* Describes the figure in sentences, for readers who cannot see it. */
AG_API ag_status viz_alt_text(FILE *out, const ag_tensor *root, const viz_options *options);

/* Runs Graphviz on a .dot file. The ending of out_path chooses the format: .svg, .pdf or .png. No
 * shell is used, so a path may have any characters. Errors: NULL_ARGUMENT, VALUE (another ending),
 * STATE (`dot` is not installed: see viz_render_hint), IO (`dot` failed), OVERFLOW (`dot` was
 * stopped after a minute: then draw fewer nodes, see fold_above and target; or a path of 4000 bytes
 * or more), MEMORY. */
AG_API AG_MUST_USE ag_status viz_render(const char *dot_path, const char *out_path);

/* How to install Graphviz and librsvg, for when viz_render or viz_save returns AG_ERR_STATE.
 * *Borrowed*, constant. */
AG_API const char *viz_render_hint(void);

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define viz_trace(out, root, format) viz_trace(out, AG_AT(root), format)
#define viz_trace_with(out, root, ...) viz_trace_with(out, AG_AT(root), __VA_ARGS__)
#define viz_trace_string(root, ...) viz_trace_string(AG_AT(root), __VA_ARGS__)
#define viz_print_tensor(out, t, ...) viz_print_tensor(out, AG_AT(t), __VA_ARGS__)
#define viz_tensor_string(t, ...) viz_tensor_string(AG_AT(t), __VA_ARGS__)
#define viz_name_string(root, ...) viz_name_string(AG_AT(root), __VA_ARGS__)
#define viz_write(out, root, ...) viz_write(out, AG_AT(root), __VA_ARGS__)
#define viz_string(root, ...) viz_string(AG_AT(root), __VA_ARGS__)
#define viz_save(path, root, ...) viz_save(path, AG_AT(root), __VA_ARGS__)
#define viz_save_frames(path, root, ...) viz_save_frames(path, AG_AT(root), __VA_ARGS__)
#define viz_dot(out, root, ...) viz_dot(out, AG_AT(root), __VA_ARGS__)
#define viz_dot_save(path, root, ...) viz_dot_save(path, AG_AT(root), __VA_ARGS__)
#define viz_svg(out, root, ...) viz_svg(out, AG_AT(root), __VA_ARGS__)
#define viz_alt_text(out, root, ...) viz_alt_text(out, AG_AT(root), __VA_ARGS__)
#endif

#endif
