/* The engine's public face: graphs, leaves, reading and writing, the backward pass, errors.
 * Operations are in ops.h, derivatives beyond the backward pass in derivatives.h.
 *
 * Ownership. A graph owns every tensor recorded on it; a tensor handle is *borrowed* from the graph
 * and lives until the graph is freed or rewound to a mark taken before the tensor was made. Data
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

/* Where a graph gets memory. `alloc` returns NULL when there is none; `release` is given the size
 * that was asked for. Alignment as malloc. */
typedef struct ag_allocator {
    void *(*alloc)(void *context, size_t bytes);
    void (*release)(void *context, void *memory, size_t bytes);
    void *context;
} ag_allocator;

/* A zero field takes the default: malloc and free, f64, seed 0. */
typedef struct ag_graph_options {
    ag_allocator allocator;
    ag_dtype
        dtype; /* of ag_variable, ag_constant, ag_parameter, ag_from_values, ag_full; f64 or f32 */
    uint64_t seed;
} ag_graph_options;

/* *New*, to be freed with ag_graph_free; NULL when out of memory. `options` may be NULL. */
AG_API ag_graph *ag_graph_new(void);
AG_API ag_graph *ag_graph_new_with(const ag_graph_options *options);

/* The dtype that the graph was made with: what ag_full and its like give. AG_F64 for NULL. */
AG_API ag_dtype ag_graph_dtype(const ag_graph *g);

/* Frees the graph and all its tensors. NULL is allowed. */
AG_API void ag_graph_free(ag_graph *g);

/* A point in the recording. */
typedef struct ag_mark {
    ag_graph *graph;
    uint32_t nodes;
    uint64_t rewinds; /* how many there had been */
    size_t chunk, used;
} ag_mark;

/* Remembers this point: parameters are made before it, a training step is recorded after it. */
AG_API ag_mark ag_graph_mark(ag_graph *g);

/* Drops every tensor made after the mark and keeps the memory for the next step. Tensors made
 * before it stay, with values, gradients, names and hooks. A mark may be used any number of times,
 * until the graph is rewound to an older one. Errors: a mark of another graph or one that is no
 * more. */
AG_API AG_MUST_USE ag_status ag_graph_rewind(ag_graph *g, ag_mark mark);

typedef struct ag_graph_stats {
    size_t nodes;       /* recorded and not rewound */
    size_t bytes;       /* held from the allocator now */
    size_t peak_bytes;  /* the most ever held */
    size_t node_bytes;  /* one 0-d tensor, all in */
    size_t allocations; /* calls to the allocator so far */
} ag_graph_stats;
AG_API ag_graph_stats ag_graph_get_stats(const ag_graph *g);

/* Memory of the graph, zeroed and aligned to 16 bytes, that lives as long as a tensor made now: until
 * the graph is freed, or rewound to a mark that is there already. It is not freed one by one. *Borrowed*; NULL and a
 * kept error (MEMORY) when there is none, or (STATE) in a hook or rule of a backward pass, where a
 * tensor lives no longer than the call. */
AG_API void *ag_graph_memory(ag_graph *g, size_t bytes);

/* Between enter and leave (they nest) operations compute but need no gradient. */
AG_API void ag_no_grad_enter(ag_graph *g);
AG_API void ag_no_grad_leave(ag_graph *g);

/* --- errors ----------------------------------------------------------------------------------- */

/* The first error since the start or the last clear; AG_OK if there was none. */
AG_API ag_status ag_error(const ag_graph *g);

/* What, where and what to do, in a few lines; "" without error. *Borrowed*, until the next call
 * that sets or clears an error. */
AG_API const char *ag_error_message(const ag_graph *g);
AG_API void ag_error_clear(ag_graph *g);

/* Keeps an error, for code that stands on the engine: layers, losses, readers of data. The message is
 * the formatted text, then the line of the call that was noted last (AG_AT_GRAPH), then the hint
 * (what to do; may be NULL). Only the first error is kept, so a call that fails because an earlier
 * one did changes nothing. AG_OK as `status` counts as OP. Returns the status; NULL_ARGUMENT without
 * a graph. */
AG_API ag_status ag_fail(ag_graph *g, ag_status status, const char *hint, const char *format, ...)
    AG_PRINTF(4, 5);

/* --- leaves ----------------------------------------------------------------------------------- */

typedef enum ag_role {
    AG_CONSTANT,  /* needs no gradient */
    AG_VARIABLE,  /* an input whose gradient is wanted */
    AG_PARAMETER, /* what training changes; its gradient is wanted */
    AG_RESULT     /* made by an operation; never given to the functions below */
} ag_role;

/* A 0-d leaf in the graph's dtype. */
AG_API ag_tensor *ag_variable(ag_graph *g, double value);
AG_API ag_tensor *ag_constant(ag_graph *g, double value);
AG_API ag_tensor *ag_parameter(ag_graph *g, double value);

/* A leaf of the graph's dtype from `values`, row-major, one per element, converted and copied. */
AG_API ag_tensor *ag_from_values(ag_graph *g, ag_role role, ag_shape shape, const double *values);

/* A leaf of the graph's dtype with every element equal to `value`. */
AG_API ag_tensor *ag_full(ag_graph *g, ag_role role, ag_shape shape, double value);

/* A leaf of any dtype; `data` row-major in that dtype, copied; NULL gives zeros. A gradient may
 * only be wanted of f64 and f32. Errors: SHAPE (negative size, more than 8 dimensions), OVERFLOW,
 * DTYPE, MEMORY. */
AG_API ag_tensor *ag_leaf(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape,
                          const void *data);

/* As ag_leaf, but reads the caller's memory in place: it must outlive the tensor and be aligned for
 * the dtype. After changing it call ag_touch, so that a backward pass over stale values is
 * noticed. */
AG_API ag_tensor *ag_borrow(ag_graph *g, ag_role role, ag_dtype dtype, ag_shape shape, void *data);
AG_API void ag_touch(ag_tensor *t);

/* A constant with x's values that shares its memory (a 0-d one copies); no gradient flows back
 * through it. */
AG_API ag_tensor *ag_detach(ag_tensor *x);

/* Gives the tensor a name (copied, UTF-8) for messages, traces and figures; returns the tensor, so
 * that calls nest. NULL takes the name away. */
AG_API ag_tensor *ag_name(ag_tensor *t, const char *name);

/* --- reading and writing ---------------------------------------------------------------------- */

AG_API ag_graph *ag_graph_of(const ag_tensor *t);
AG_API ag_dtype ag_dtype_of(const ag_tensor *t);
AG_API ag_shape ag_shape_of(const ag_tensor *t);
AG_API int64_t ag_size(const ag_tensor *t); /* elements; 1 for 0-d; 0 for NULL */
AG_API bool ag_needs_grad(const ag_tensor *t);

/* The value of a tensor with one element; otherwise NaN and an error. */
AG_API double ag_item(const ag_tensor *t);

/* The element at an index, one number per dimension, negative ones from the end:
 * ag_item_at(w, AG_SHAPE(0, 2)). Out of range: NaN and an error. */
AG_API double ag_item_at(const ag_tensor *t, ag_shape index);

/* Copies all n elements out, row-major, as double; n must be ag_size(t). ag_read: in the tensor's
 * own dtype; `bytes` must be the exact size. */
AG_API AG_MUST_USE ag_status ag_get(const ag_tensor *t, double *out, int64_t n);
AG_API AG_MUST_USE ag_status ag_read(const ag_tensor *t, void *out, size_t bytes);

/* The elements in the tensor's own memory, row-major, in its dtype (ask ag_dtype_of, or use ag_get,
 * which converts); *borrowed*; NULL for a tensor that is not contiguous. */
AG_API const void *ag_data(const ag_tensor *t);

/* Overwrite the values of a leaf, as ag_get and ag_read; a backward pass through a node that had
 * used the old values then reports an error. ag_mutable_data: the memory itself, *borrowed*, counted
 * as one write. Errors: STATE (not a leaf), SHAPE (wrong n). */
AG_API AG_MUST_USE ag_status ag_set(ag_tensor *t, const double *values, int64_t n);
AG_API AG_MUST_USE ag_status ag_set_item(ag_tensor *t, double value);
AG_API AG_MUST_USE ag_status ag_write(ag_tensor *t, const void *data, size_t bytes);
AG_API void *ag_mutable_data(ag_tensor *t);

/* --- backward --------------------------------------------------------------------------------- */

/* Adds d root / d leaf to the gradient of every leaf that root depends on and that wants one, by
 * one reverse sweep over the recording. ag_backward starts from 1 and needs a root of one element;
 * ag_backward_from starts from `seed`, a tensor of root's shape and dtype. Interior gradients are
 * those of the last pass. Errors: SHAPE, NO_GRADIENT, CHANGED, MEMORY, ANOMALY, OP. After an error
 * the gradients of the leaves may hold part of the pass; ag_zero_grad resets them. */
AG_API AG_MUST_USE ag_status ag_backward(ag_tensor *root);
AG_API AG_MUST_USE ag_status ag_backward_from(ag_tensor *root, const ag_tensor *seed);

/* The four states of a gradient. "All zeros before backward" is not one of them. */
typedef enum ag_grad_state {
    AG_GRAD_NOT_RUN,      /* wanted, no backward pass has reached it */
    AG_GRAD_NOT_REQUIRED, /* nothing it depends on wants a gradient */
    AG_GRAD_COMPUTED,     /* by one pass; may be zero */
    AG_GRAD_ACCUMULATED   /* the sum over several passes (leaves only) */
} ag_grad_state;
AG_API ag_grad_state ag_grad_state_of(const ag_tensor *t);
AG_API uint32_t ag_grad_runs(const ag_tensor *t); /* how many passes the gradient sums */

/* The gradient is of the tensor's shape and dtype. An interior gradient of a 0-d tensor always
 * stays; of a larger one only after ag_retain_grad or ag_retain_grads, otherwise its memory is reused
 * during the pass. ag_has_grad: there is one to read. ag_grad_item, ag_grad_get: as ag_item,
 * ag_get; a leaf no pass has reached reads as zeros. ag_grad_data: *borrowed*, row-major,
 * in the dtype of the tensor; NULL where there is none. */
AG_API bool ag_has_grad(const ag_tensor *t);
AG_API double ag_grad_item(const ag_tensor *t);
AG_API double ag_grad_item_at(const ag_tensor *t, ag_shape index);
AG_API AG_MUST_USE ag_status ag_grad_get(const ag_tensor *t, double *out, int64_t n);
AG_API const void *ag_grad_data(const ag_tensor *t);

/* Back to "not run": one tensor, or every tensor of the graph. */
AG_API void ag_zero_grad(ag_tensor *t);
AG_API void ag_zero_grads(ag_graph *g);

/* Keep the interior gradient of this tensor, or of all, after a pass. Returns the tensor. */
AG_API ag_tensor *ag_retain_grad(ag_tensor *t);
AG_API void ag_retain_grads(ag_graph *g, bool on);

/* --- random numbers --------------------------------------------------------------------------- */

/* One generator per graph: Philox 4x32-10 (Salmon et al. 2011), so equal seeds give equal numbers
 * on every machine. Leaves are filled from it by random.h. */
AG_API void ag_seed(ag_graph *g, uint64_t seed);
AG_API uint64_t ag_random_bits(ag_graph *g);
AG_API double ag_random_uniform(ag_graph *g); /* in [0,1), 53 bits */
AG_API double ag_random_normal(ag_graph *g);  /* mean 0, variance 1; Box and Muller 1958 */

/* The generator's whole state, to replay. */
typedef struct ag_random_state {
    uint64_t key, counter;
    uint32_t block[4];
    int used;
} ag_random_state;
AG_API ag_random_state ag_random_get_state(const ag_graph *g);
AG_API void ag_random_set_state(ag_graph *g, ag_random_state state);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define ag_graph_rewind(g, mark) (ag_graph_rewind)(AG_AT_GRAPH(g), mark)
#define ag_graph_memory(g, bytes) (ag_graph_memory)(AG_AT_GRAPH(g), bytes)
#define ag_variable(g, value) (ag_variable)(AG_AT_GRAPH(g), value)
#define ag_constant(g, value) (ag_constant)(AG_AT_GRAPH(g), value)
#define ag_parameter(g, value) (ag_parameter)(AG_AT_GRAPH(g), value)
/* Variadic where an argument may be a compound literal, whose commas a macro would split. */
#define ag_from_values(g, ...) (ag_from_values)(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_full(g, ...) (ag_full)(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_leaf(g, ...) (ag_leaf)(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_borrow(g, ...) (ag_borrow)(AG_AT_GRAPH(g), __VA_ARGS__)
#define ag_detach(x) (ag_detach)(AG_AT(x))
#define ag_item(t) (ag_item)(AG_AT(t))
#define ag_item_at(t, ...) (ag_item_at)(AG_AT(t), __VA_ARGS__)
#define ag_get(t, ...) (ag_get)(AG_AT(t), __VA_ARGS__)
#define ag_set(t, ...) (ag_set)(AG_AT(t), __VA_ARGS__)
#define ag_read(t, ...) (ag_read)(AG_AT(t), __VA_ARGS__)
#define ag_write(t, ...) (ag_write)(AG_AT(t), __VA_ARGS__)
#define ag_set_item(t, value) (ag_set_item)(AG_AT(t), value)
#define ag_grad_item(t) (ag_grad_item)(AG_AT(t))
#define ag_grad_item_at(t, ...) (ag_grad_item_at)(AG_AT(t), __VA_ARGS__)
#define ag_grad_get(t, ...) (ag_grad_get)(AG_AT(t), __VA_ARGS__)
#define ag_mutable_data(t) (ag_mutable_data)(AG_AT(t))
#define ag_backward(root) (ag_backward)(AG_AT(root))
#define ag_backward_from(root, seed) (ag_backward_from)(AG_AT(root), seed)
#endif

#endif
