/* Readers of a recorded graph: a printed trace of the derivation, and Graphviz figures of it.
 *
 * Nothing here changes a graph. Every output numbers the nodes in the same way: steps 0, 1, ...
 * in the order they were recorded, counting only what the root depends on; so a slide, a text
 * and a figure can all say "step 3". Nodes without a name are called v1, v2, ... in that order,
 * skipping names the user has given; of two nodes with one name the later is called w#2. A name
 * longer than 120 bytes is cut.
 *
 * Numbers do not depend on the locale, and the same recording gives the same bytes.
 *
 * Errors are returned: NULL_ARGUMENT (a NULL root), MEMORY, IO (what was written did not
 * arrive), VALUE (an option that makes no sense), STATE (viz_render without Graphviz).
 */
#ifndef VIZ_VIZ_H
#define VIZ_VIZ_H

#include <autograd/engine.h>
#include <stdio.h>

AG_BEGIN_C

typedef enum viz_format { VIZ_TEXT, VIZ_FORMAT_COUNT } viz_format;

typedef enum viz_style {
    VIZ_FULL,    /* name = formula, value over gradient, the local partial on every edge */
    VIZ_COMPACT, /* name, value and gradient */
    VIZ_STYLE_COUNT
} viz_style;

/* Colors as Graphviz takes them, "#0072B2"; NULL takes the default, each at 5:1 contrast on
 * white. */
typedef struct viz_palette {
    const char *value;     /* blue */
    const char *gradient;  /* rust */
    const char *ink;       /* names and outlines */
    const char *muted;     /* edges, partials, constants */
    const char *highlight; /* the path asked for */
} viz_palette;

/* The zero value of every field is its default; a NULL pointer to the options means all
 * defaults. */
typedef struct viz_options {
    viz_format format;
    int digits;              /* significant digits, 1 to 17; 0 means 4 */
    bool ascii;              /* no byte above 127: df/dx and * and names spelled out */
    bool forward_only;       /* leave out everything about gradients */
    bool newest_first;       /* chain-rule terms in the order backward adds them, not the reverse */
    bool expand;             /* trace: list the elements of tensors of up to 64 elements */
    const ag_tensor *target; /* only what leads from this tensor to the root */

    /* Figures only. */
    viz_style style;
    const ag_tensor *highlight; /* draw the paths from this tensor to the root in bold */
    size_t fold_above;          /* more nodes than this are folded into one; 0 means 200 */
    bool legend;
    bool alt;            /* viz_dot_save: also write <path without .dot>.alt.txt */
    const char *font;    /* NULL means Helvetica */
    const char *rankdir; /* "LR" (also NULL), "TB", "RL" or "BT" */
    viz_palette palette;

    /* Copied as they stand into `graph [...]`, `node [...]` and `edge [...]`: "nodesep=0.6". */
    const char *graph_attributes, *node_attributes, *edge_attributes;
} viz_options;

/* --- the printed trace ------------------------------------------------------------------------ */

/* Prints what was computed, step by step, then the chain rule with its numbers put in, newest
 * step first. Scalar graphs get one equation per node: recomputing it from the factors as
 * printed and rounding gives the result as printed (a row takes up to three more digits for
 * that, and shows an approximate sign where they do not suffice). Graphs with a tensor of one
 * dimension or more get shapes and norms. A gradient that is not run yet shows as a dash, one
 * that is not required as a dot, and one summed over several backward calls says so. */
AG_API ag_status viz_trace(FILE *out, const ag_tensor *root, viz_format format);
AG_API ag_status viz_trace_with(FILE *out, const ag_tensor *root, const viz_options *options);

/* The same as a string. *New*: release with viz_free before the graph is freed. NULL on error. */
AG_API AG_MUST_USE ag_status viz_trace_string(const ag_tensor *root, const viz_options *options,
                                              char **text);
AG_API void viz_free(char *text);

/* --- figures ---------------------------------------------------------------------------------- */

/* The graph as a Graphviz drawing. Ids are n0, n1, ... by step. */
AG_API ag_status viz_dot(FILE *out, const ag_tensor *root, const viz_options *options);
AG_API ag_status viz_dot_save(const char *path, const ag_tensor *root, const viz_options *options);

/* The figure in sentences, for readers who cannot see it. */
AG_API ag_status viz_alt_text(FILE *out, const ag_tensor *root, const viz_options *options);

/* Runs Graphviz on a .dot file; the form follows the ending of out_path: .svg, .pdf or .png.
 * Starts `dot` without a shell, so a path may hold any byte. Errors: VALUE (another ending),
 * STATE (`dot` is not installed: see viz_render_hint), IO (dot failed, or was ended because it took
 * more than a minute: fold the figure or draw a part of it), OVERFLOW (a path of 4000 bytes or more). */
AG_API AG_MUST_USE ag_status viz_render(const char *dot_path, const char *out_path);

/* What to tell a reader when viz_render returns AG_ERR_STATE. *Borrowed*, constant. */
AG_API const char *viz_render_hint(void);

AG_END_C

#endif
