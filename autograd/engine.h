/* The public interface of the engine: graphs, leaves, reading and writing, the backward pass,
 * errors. Operations are in ops.h, derivatives beyond the backward pass in derivatives.h.
 *
 * Ownership. A graph owns every tensor recorded on it. A tensor handle is *borrowed* from the graph
 * and lives until the graph is freed, or rewound to a mark taken before the tensor was made. Data
 * given by the caller is copied unless the function's name says `borrow`.
 *
 * Errors. A function that returns a tensor returns NULL when it cannot do its work, and NULL when
 * an operand is NULL. The graph keeps the first error until ag_error_clear.
 *
 * Threads. One graph belongs to one thread at a time; different graphs share nothing.
 */
#ifndef AUTOGRAD_ENGINE_H
#define AUTOGRAD_ENGINE_H

#include "base.h"

AG_BEGIN_C

/* --- graph ------------------------------------------------------------------------------------ */

/* Where a graph gets its memory. `alloc` returns memory aligned as malloc does, or NULL when there
 * is none; `release` is given the size that was asked for. */
typedef struct ag_allocator {
    void *(*alloc)(void *context, size_t bytes);
    void (*release)(void *context, void *memory, size_t bytes);
    void *context;
} ag_allocator;

/* A field that is zero means the default: malloc and free, f64, seed 0. */
typedef struct ag_graph_options {
    ag_allocator allocator;
    ag_dtype dtype; /* f64 or f32: the dtype of ag_variable, ag_full and the like */
    uint64_t seed;  /* of the random numbers */
} ag_graph_options;

/* Makes an empty graph; `options` may be NULL. *New*: free it with ag_graph_free. NULL when memory
 * runs out. A dtype other than f64 and f32 is an error (DTYPE) that the new graph keeps. */
AG_API ag_graph *ag_graph_new(void);
AG_API ag_graph *ag_graph_new_with(const ag_graph_options *options);

/* The dtype with which the graph was made, which ag_full and the like give to a leaf. AG_F64 for
 * NULL. */
AG_API ag_dtype ag_graph_dtype(const ag_graph *g);

/* Frees the graph and all its tensors. NULL is allowed. */
AG_API void ag_graph_free(ag_graph *g);

/* A point in the recording. The fields are for the engine alone. */
typedef struct ag_mark {
    ag_graph *graph;
    uint32_t nodes;   /* recorded before the mark */
    uint64_t rewinds; /* made before the mark */
    size_t chunk;     /* of the arena: the one in use, counted from 1 */
    size_t used;      /* bytes of that chunk */
} ag_mark;

/* Marks the current point of the recording. A training loop makes its parameters first, takes a
 * mark, and records each step after it. */
AG_API ag_mark ag_graph_mark(ag_graph *g);

/* Drops every tensor made after the mark and keeps the memory for the next step. Tensors made
 * before the mark stay, with their values, gradients, names and hooks. A mark can be used any
 * number of times, until the graph is rewound to an older one. The handle of a dropped tensor must
 * not be used: it soon names another tensor. Anomaly mode, or the variable AUTOGRAD_DEBUG in the
 * environment when the graph is made, finds that out: the handle then reads as NaN and is an error
 * (STATE), until much else has been dropped. ag_graph_stats.nodes then counts some unused ones.
 * Errors: STATE (a mark of another
 * graph, a mark that a rewind has dropped, or a backward pass is running), MEMORY. */
AG_API AG_MUST_USE ag_status ag_graph_rewind(ag_graph *g, ag_mark mark);

typedef struct ag_graph_stats {
    size_t nodes;       /* recorded and not dropped by a rewind */
    size_t bytes;       /* held from the allocator now */
    size_t peak_bytes;  /* the most that was ever held */
    size_t node_bytes;  /* of one 0-d tensor, its value and gradient included */
    size_t allocations; /* calls of the allocator so far */
} ag_graph_stats;

/* How large the graph is. All but node_bytes are 0 for NULL. */
AG_API ag_graph_stats ag_graph_get_stats(const ag_graph *g);

/* Zeroed memory, aligned to 16 bytes, that lives as long as a tensor made now: until the graph is
 * freed, or rewound to a mark taken before this call. *Borrowed*: it cannot be freed by itself.
 * NULL and a kept error on failure: MEMORY, or STATE in a hook or rule of a backward pass, where a
 * tensor does not outlive the call. */
AG_API void *ag_graph_memory(ag_graph *g, size_t bytes);

/* Between enter and leave, operations compute values but their results need no gradient. Such
 * scopes may be nested. */
AG_API void ag_no_grad_enter(ag_graph *g);
AG_API void ag_no_grad_leave(ag_graph *g);

/* --- errors ----------------------------------------------------------------------------------- */

/* The first error since the graph was made or ag_error_clear was called; AG_OK if there was none.
 * NULL_ARGUMENT for NULL. */
AG_API ag_status ag_error(const ag_graph *g);

/* The message of that error in a few lines: what is wrong, where, and what to do. "" without an
 * error. *Borrowed*, until the next call that sets or clears an error. */
AG_API const char *ag_error_message(const ag_graph *g);

/* The shapes that did not fit, where that was the error of a broadcast, a matrix product, a linear
 * layer, the channels of a convolution without groups, the gates of a recurrent cell, concat, stack
 * or reshape: a row for each shape, the axes aligned, the clash marked below; a program may print
 * it after the message. "" for another error. *Borrowed*, as the message.
 *     h   [8, 3, 4]
 *     b2     [2, 4]
 *             ^ 3 ≠ 2 */
AG_API const char *ag_error_picture(const ag_graph *g);

/* Forgets the error, so that the graph keeps the next one. */
AG_API void ag_error_clear(ag_graph *g);

/* Keeps an error, for code that is built on the engine: layers, losses, readers of data. The
 * message is the formatted text, then the source line stored last (see AG_AT_GRAPH), then the hint,
 * which says what to do and may be NULL. Only the first error is kept: a call that fails because an
 * earlier one did changes nothing. Returns `status`, or OP if that is AG_OK; NULL_ARGUMENT if the
 * graph is NULL. */
AG_API ag_status ag_fail(ag_graph *g, ag_status status, const char *hint, const char *format, ...)
    AG_PRINTF(4, 5);

/* As snprintf, but numbers have a decimal point in every locale, for texts that must have the same
 * bytes everywhere: messages, the parameters of an operation. Knows d, i, u, x, c, s, p, e, f, g, a
 * and %%, with h, l, ll or z. A text with a precision, "%.40s", is taken for a name from outside:
 * its control characters become question marks and none of its UTF-8 characters is cut. Returns
 * the length of the whole text. */
AG_API size_t ag_format_text(char *text, size_t bytes, const char *format, ...) AG_PRINTF(3, 4);

/* A scope says in messages what is being computed, for example a layer of a network. An error that
 * is kept between enter and leave has, after the source line, ", in NAME (KIND, made at LINE)": the
 * names of all open scopes, joined by points, and the kind and line of the innermost scope. If the
 * outermost scope was entered on another line, ", called at LINE" follows. Scopes may be nested.
 * A figure draws what was recorded in a scope with a name within a frame (VIZ_NN).
 * The struct belongs to the caller and must exist until ag_scope_leave, which also restores the
 * source line that was stored at ag_scope_enter. */
typedef struct ag_scope {
    const char *name;             /* may be NULL; *borrowed*, as are the next two */
    const char *kind;             /* may be NULL */
    const char *made_at;          /* may be NULL */
    const struct ag_scope *outer; /* set by ag_scope_enter */
    const char *where;            /* set by ag_scope_enter: the source line of the call */
    uint32_t first;               /* set by ag_scope_enter: the id of the next node */
} ag_scope;
AG_API void ag_scope_enter(ag_graph *g, ag_scope *scope);
AG_API void ag_scope_leave(ag_graph *g, const ag_scope *scope);

/* The source line that was stored last, such as "mlp.c:42"; NULL if none was. *Borrowed*. */
AG_API const char *ag_noted_line(const ag_graph *g);

/* --- leaves ----------------------------------------------------------------------------------- */

/* What a tensor is for. AG_RESULT is never given to the functions below. */
typedef enum ag_role {
    AG_CONSTANT,  /* a leaf that needs no gradient */
    AG_VARIABLE,  /* an input that needs a gradient */
    AG_PARAMETER, /* what training changes; needs a gradient */
    AG_RESULT     /* made by an operation */
} ag_role;

/* A 0-d leaf in the graph's dtype. Errors: MEMORY. */
AG_API ag_tensor *ag_variable(ag_graph *g, double value);
AG_API ag_tensor *ag_constant(ag_graph *g, double value);
AG_API ag_tensor *ag_parameter(ag_graph *g, double value);

/* A leaf in the graph's dtype. Its elements are `values`, one for each, in row-major order; they
 * are copied and converted. Errors: as ag_leaf, and NULL_ARGUMENT (no values, unless there are no
 * elements). A shape is written AG_SHAPE(3, 4) here and in the next ones, not as a literal. */
AG_API ag_tensor *ag_from_values(ag_graph *g, ag_role role, ag_shape shape, const double *values);

/* A leaf in the graph's dtype with every element equal to `value`. Errors: as ag_leaf. */
AG_API ag_tensor *ag_full(ag_graph *g, ag_role role, ag_shape shape, double value);

/* A leaf of any dtype. `data` holds its elements in that dtype, in row-major order, and is copied;
 * NULL gives zeros. Errors: VALUE (no such role or dtype), DTYPE (an i64 tensor must be a constant;
 * also an array of other numbers than the dtype's, such as double for f32, where the call shows its
 * type), SHAPE (a negative size, or more than 8 dimensions), OVERFLOW, MEMORY. */
AG_API ag_tensor *ag_leaf(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape,
                          const void *data);

/* As ag_leaf, but the tensor uses the caller's memory itself, *borrowed*: the memory must be
 * aligned for the dtype and outlive the tensor. Call ag_touch after changing it, so that a backward
 * pass which needs the old values reports an error. Errors: as ag_leaf, NULL_ARGUMENT (no data),
 * and VALUE (data that is not aligned). */
AG_API ag_tensor *ag_borrow(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape, void *data);
AG_API void ag_touch(ag_tensor *t);

/* A tensor with x's values through which no gradient flows back. It shares x's memory; a 0-d tensor
 * is copied. */
AG_API ag_tensor *ag_detach(ag_tensor *x);

/* Gives the tensor a name (UTF-8, copied) for messages, traces and figures; NULL removes the name.
 * Returns the tensor, so that calls can be nested; NULL when memory runs out. */
AG_API ag_tensor *ag_name(ag_tensor *t, const char *name);

/* --- reading and writing ---------------------------------------------------------------------- */

AG_API ag_graph *ag_graph_of(const ag_tensor *t); /* *borrowed*; NULL for NULL */
AG_API ag_dtype ag_dtype_of(const ag_tensor *t);  /* AG_F64 for NULL */
AG_API ag_shape ag_shape_of(const ag_tensor *t);  /* AG_SCALAR for NULL */
AG_API int64_t ag_size(const ag_tensor *t);       /* elements; 1 for 0-d, 0 for NULL */
AG_API bool ag_needs_grad(const ag_tensor *t);    /* false for NULL */

/* The value of a tensor that has one element; NaN and an error (SHAPE) for any other. */
AG_API double ag_item(const ag_tensor *t);

/* The element at an index, which has one number per dimension; negative numbers count from the end.
 * ag_item_at(w, AG_SHAPE(0, -1)) is the last element of the first row. NaN and an error (VALUE)
 * where there is no such element. */
AG_API double ag_item_at(const ag_tensor *t, ag_shape index);

/* Copies all elements to `out` in row-major order. ag_get converts them to double, and n must be
 * ag_size(t); ag_read gives them in the tensor's dtype, and `bytes` must be the exact size. Errors:
 * NULL_ARGUMENT, SHAPE (wrong n or bytes). */
AG_API AG_MUST_USE ag_status ag_get(const ag_tensor *t, double *out, int64_t n);
AG_API AG_MUST_USE ag_status ag_read(const ag_tensor *t, void *out, size_t bytes);

/* The tensor's own memory: its elements in row-major order, in the dtype that ag_dtype_of gives
 * (ag_get converts). *Borrowed*. NULL for a tensor that is not contiguous. */
AG_API const void *ag_data(const ag_tensor *t);

/* Overwrite the values of a leaf; n and `bytes` as for ag_get and ag_read. A later backward pass
 * through a node that used the old values reports an error (CHANGED). Errors: NULL_ARGUMENT, STATE
 * (not a leaf), SHAPE (wrong n or bytes). */
AG_API AG_MUST_USE ag_status ag_set(ag_tensor *t, const double *values, int64_t n);
AG_API AG_MUST_USE ag_status ag_set_item(ag_tensor *t, double value); /* of a single element */
AG_API AG_MUST_USE ag_status ag_write(ag_tensor *t, const void *data, size_t bytes);

/* A leaf's own memory, to be written; the call counts as one write. *Borrowed*. NULL and an error
 * (STATE) for a tensor that is not a leaf. */
AG_API void *ag_mutable_data(ag_tensor *t);

/* --- backward --------------------------------------------------------------------------------- */

/* Adds d root / d leaf to the gradient of every leaf that needs one and on which root depends, in
 * one sweep over the recording from the newest node to the oldest. ag_backward starts from 1, so
 * root must have one element; ag_backward_from starts from `seed`, the upstream gradient, a tensor
 * with root's shape and dtype. Interior gradients are those of the last pass. Errors:
 * NULL_ARGUMENT, SHAPE, DTYPE, GRAPH, NO_GRADIENT, CHANGED, STATE (a pass is running already),
 * MEMORY, ANOMALY, OP. After an error the gradients of leaves may hold a part of the pass;
 * ag_zero_grad resets them. */
AG_API AG_MUST_USE ag_status ag_backward(ag_tensor *root);
AG_API AG_MUST_USE ag_status ag_backward_from(ag_tensor *root, const ag_tensor *seed);

/* The four states of a gradient. A gradient that no pass has computed is not the same as zero. */
typedef enum ag_grad_state {
    AG_GRAD_NOT_RUN,      /* needed, but no backward pass has reached it */
    AG_GRAD_NOT_REQUIRED, /* the tensor needs no gradient */
    AG_GRAD_COMPUTED,     /* by one pass; it may be zero */
    AG_GRAD_ACCUMULATED   /* the sum over several passes (leaves only) */
} ag_grad_state;
AG_API ag_grad_state ag_grad_state_of(const ag_tensor *t);

/* The number of passes that the gradient sums; at most 1 for a tensor that is not a leaf. */
AG_API uint32_t ag_grad_runs(const ag_tensor *t);

/* Is there a computed gradient to read? It has the tensor's shape and dtype. A leaf keeps its
 * gradient, and so does a 0-d tensor. An interior tensor of one dimension or more keeps it only
 * after ag_retain_grad or ag_retain_grads; otherwise the memory is reused during the pass. */
AG_API bool ag_has_grad(const ag_tensor *t);

/* Read the gradient as ag_item, ag_item_at and ag_get read values. A gradient that no pass has
 * computed does not read as 0: NaN is returned, or nothing is written. Errors: as there, and
 * NO_GRADIENT (there is none to read). */
AG_API double ag_grad_item(const ag_tensor *t);
AG_API double ag_grad_item_at(const ag_tensor *t, ag_shape index);
AG_API AG_MUST_USE ag_status ag_grad_get(const ag_tensor *t, double *out, int64_t n);

/* The memory of the gradient: row-major, in the tensor's dtype. *Borrowed*. NULL where there is no
 * computed gradient, for a leaf that no pass has reached, too. */
AG_API const void *ag_grad_data(const ag_tensor *t);

/* Reset the gradient of one tensor, or of every tensor of the graph, to "not run". During a
 * backward pass they do nothing and keep an error (STATE). */
AG_API void ag_zero_grad(ag_tensor *t);
AG_API void ag_zero_grads(ag_graph *g);

/* From the next pass on, keep the interior gradient of this tensor, or of all. ag_retain_grad
 * returns the tensor. */
AG_API ag_tensor *ag_retain_grad(ag_tensor *t);
AG_API void ag_retain_grads(ag_graph *g, bool on);

/* --- random numbers --------------------------------------------------------------------------- */

/* Each graph has one generator, Philox 4x32-10 (Salmon et al. 2011), so that equal seeds give equal
 * numbers on every machine. random.h fills leaves from it. */
AG_API void ag_seed(ag_graph *g, uint64_t seed); /* starts it anew */
AG_API uint64_t ag_random_bits(ag_graph *g);     /* 64 of them; 0 for NULL */
AG_API double ag_random_uniform(ag_graph *g);    /* in [0,1), with 53 random bits */
AG_API double ag_random_normal(ag_graph *g);     /* mean 0, variance 1 (Box and Muller 1958) */

/* The whole state of the generator, by which its numbers can be repeated. */
typedef struct ag_random_state {
    uint64_t key;      /* the seed */
    uint64_t counter;  /* of the next block */
    uint32_t block[4]; /* the current block of random numbers */
    int used;          /* how many numbers of the block have been given out */
} ag_random_state;
AG_API ag_random_state ag_random_get_state(const ag_graph *g);
AG_API void ag_random_set_state(ag_graph *g, ag_random_state state);

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_graph_rewind(g, mark) ag_graph_rewind(AG_AT_GRAPH(g), mark)
#define ag_graph_memory(g, bytes) ag_graph_memory(AG_AT_GRAPH(g), bytes)
#define ag_variable(g, value) ag_variable(AG_AT_GRAPH(g), value)
#define ag_constant(g, value) ag_constant(AG_AT_GRAPH(g), value)
#define ag_parameter(g, value) ag_parameter(AG_AT_GRAPH(g), value)
/* Variadic where an argument may be a compound literal: a macro would split it at its commas. */
#define ag_full(g, ...) ag_full(AG_AT_GRAPH(g), __VA_ARGS__)
/* These look at the type of the data, which stand last and may be a compound literal. */
#define AG__DATA_AT(g, ...) ag__handing_over(AG_AT_GRAPH(g), AG__DATA_KIND(__VA_ARGS__))
#define ag_from_values(g, role, shape, ...)                                                        \
    ag_from_values(AG__DATA_AT(g, __VA_ARGS__), role, shape, __VA_ARGS__)
#define ag_leaf(g, role, dtype, shape, ...)                                                        \
    ag_leaf(AG__DATA_AT(g, __VA_ARGS__), role, dtype, shape, __VA_ARGS__)
#define ag_borrow(g, role, dtype, shape, ...)                                                      \
    ag_borrow(AG__DATA_AT(g, __VA_ARGS__), role, dtype, shape, __VA_ARGS__)
#define ag_detach(x) ag_detach(AG_AT(x))
#define ag_item(t) ag_item(AG_AT(t))
#define ag_item_at(t, ...) ag_item_at(AG_AT(t), __VA_ARGS__)
#define ag_get(t, ...) ag_get(AG_AT(t), __VA_ARGS__)
#define ag_set(t, ...) ag_set(AG_AT(t), __VA_ARGS__)
#define ag_read(t, ...) ag_read(AG_AT(t), __VA_ARGS__)
#define ag_write(t, ...) ag_write(AG_AT(t), __VA_ARGS__)
#define ag_set_item(t, value) ag_set_item(AG_AT(t), value)
#define ag_grad_item(t) ag_grad_item(AG_AT(t))
#define ag_grad_item_at(t, ...) ag_grad_item_at(AG_AT(t), __VA_ARGS__)
#define ag_grad_get(t, ...) ag_grad_get(AG_AT(t), __VA_ARGS__)
#define ag_zero_grad(t) ag_zero_grad(AG_AT(t))
#define ag_zero_grads(g) ag_zero_grads(AG_AT_GRAPH(g))
#define ag_mutable_data(t) ag_mutable_data(AG_AT(t))
#define ag_backward(root) ag_backward(AG_AT(root))
#define ag_backward_from(root, seed) ag_backward_from(AG_AT(root), seed)
#endif
#define ag_from ag_from_values /* its name before version 0.2 */

#endif
