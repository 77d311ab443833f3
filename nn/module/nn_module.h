/* Modules: what a network is made of. A module is a C function and what it owns: parameters,
 * buffers and other modules, its children. Together they are a tree, and a tensor's name is the
 * way to it, "0.weight" or "body.2.bias", as in PyTorch.
 *
 * A forward function asks for its parameters by name where it uses them. They are made in the
 * one pass of nn_build, which runs the network on a sample and so finds and checks every shape;
 * no layer is told the size of its input. Constructors draw no random numbers and the pass makes
 * parameters in the order of the computation, so the first weights do not depend on the order in
 * which C computes the arguments of a call. A module of your own is made as the library's are:
 *
 *     static ag_tensor *scale_forward(nn_module *m, ag_tensor *x)
 *     {
 *         ag_shape last = AG_SHAPE(ag_shape_of(x).dim[ag_shape_of(x).ndim - 1]);
 *         return ag_mul(x, nn_parameter(m, "scale", last, (nn_init){NN_CONSTANT, .a = 1}));
 *     }
 *     nn_module *scale(ag_graph *g)
 *     {
 *         return nn_module_new(g, "scale", 0, scale_forward);
 *     }
 *
 * A message about something wrong within a network names the module: its path, its type, and the
 * line where it was made, beside the line of the call.
 */
#ifndef AUTOGRAD_NN_MODULE_H
#define AUTOGRAD_NN_MODULE_H

#include "engine.h"
#include <stdio.h>

AG_BEGIN_C

typedef struct nn_module nn_module;

/* --- making modules --------------------------------------------------------------------------- */

/* What a module computes. A forward function that needs more than x asks nn_input for it. */
typedef ag_tensor *(*nn_forward)(nn_module *m, ag_tensor *x);

/* A module that computes `forward`, with `bytes` of zeroed memory for its own use, read with
 * nn_self; 0 for none. `type` is what messages and summaries call it: *borrowed*, as a literal
 * is. The module is *borrowed* from the graph. Errors: NULL_ARGUMENT, MEMORY, STATE (in a
 * backward pass). */
AG_API nn_module *nn_module_new(ag_graph *g, const char *type, size_t bytes, nn_forward forward);

/* The module's own memory; NULL for NULL and where there is none. Its graph, type and function. */
AG_API void *nn_self(const nn_module *m);
AG_API ag_graph *nn_graph_of(const nn_module *m);
AG_API const char *nn_type_of(const nn_module *m);
AG_API nn_forward nn_forward_of(const nn_module *m);

/* Makes `child` a child of m under a name without points, copied. Returns the child. One module may
 * have several places, in one tree or in more: its parameters are then the same at each, and count
 * once. Errors: NULL_ARGUMENT; VALUE (a name that is empty, taken, too long or has a point in it);
 * GRAPH (another graph's); STATE (m is the child or below it). */
AG_API nn_module *nn_child(nn_module *m, const char *name, nn_module *child);

/* The children in their order, 0, 1, ...; NULL past the last. */
AG_API nn_module *nn_child_at(const nn_module *m, int i);

/* --- parameters and buffers ------------------------------------------------------------------- */

/* How a parameter begins. Fans: a weight (out, in, kernel...) has fan in = in times the elements of
 * the kernel, fan out = out times these; a vector counts as (1, n). a and b are used where the row
 * says so. */
#define NN_INIT_TABLE(X)                                                                           \
    X(DEFAULT, "what the layer says")                                                              \
    X(ZEROS, "0")                                                                                  \
    X(CONSTANT, "a")                                                                               \
    X(UNIFORM, "uniform from a to b; -1 to 1 where both are 0")                                    \
    X(NORMAL, "normal, mean a and deviation b; 1 where b is 0")                                    \
    X(TRUNCATED_NORMAL, "normal within two deviations of mean a, deviation b; 1 where b is 0")     \
    X(FAN_IN_UNIFORM, "uniform within 1/sqrt(fan in) of 0: PyTorch's linear layer")                \
    X(GLOROT_UNIFORM, "uniform within sqrt(6/(fan in + fan out)) of 0")                            \
    X(GLOROT_NORMAL, "truncated normal, variance 2/(fan in + fan out)")                            \
    X(HE_UNIFORM, "uniform within sqrt(6/fan in) of 0")                                            \
    X(HE_NORMAL, "truncated normal, variance 2/fan in")                                            \
    X(LECUN_UNIFORM, "uniform within sqrt(3/fan in) of 0")                                         \
    X(LECUN_NORMAL, "truncated normal, variance 1/fan in")

typedef enum nn_init_kind {
#define NN__INIT_ENUM(kind, text) NN_##kind,
    NN_INIT_TABLE(NN__INIT_ENUM)
#undef NN__INIT_ENUM
        NN_INIT_COUNT
} nn_init_kind;

/* The deviation of a truncated normal is that after truncation, as Keras has it: numbers are drawn
 * with b / 0.87962566 and those beyond two of these drawn again. Glorot and Bengio (2010), He and
 * others (2015), LeCun and others (1998). */
typedef struct nn_init {
    nn_init_kind kind;
    double a, b;
    double fan_in, fan_out; /* 0: from the shape */
} nn_init;

/* The parameter of that name, for use in a forward function. When the network is built it is
 * made, with the shape asked for and in the graph's dtype; from then on it is the same tensor,
 * or a detached one while it is frozen. *Borrowed*. Errors: STATE (before nn_build, or a name
 * that was not asked for then; the message lists those that were); SHAPE (another shape than
 * then); VALUE (an initial distribution that is none). */
AG_API ag_tensor *nn_parameter(nn_module *m, const char *name, ag_shape shape, nn_init init);

/* The same for a constant that is saved with the network: running statistics and the like. It
 * begins with `value` everywhere. Errors as nn_parameter's. */
AG_API ag_tensor *nn_buffer(nn_module *m, const char *name, ag_shape shape, double value);

/* A penalty l1 sum|w| + l2 sum w^2 on the module's parameter of that name, to be set in its forward
 * function or at any time after building. Both 0 take it away. Errors: STATE (no such parameter);
 * VALUE (negative, not finite). */
typedef struct nn_penalty {
    double l1, l2;
} nn_penalty;
AG_API AG_MUST_USE ag_status nn_penalize(nn_module *m, const char *name, nn_penalty penalty);

/* The sum of the penalties in the tree, a 0-d tensor for adding to a loss. Shared parameters count
 * once, frozen ones do not. NULL where there is no penalty: then no error is kept. */
AG_API ag_tensor *nn_penalty_sum(nn_module *m);

/* Before building: m's parameter `name` is to be that of another module, so that an output layer
 * can have the table of an embedding: nn_share(output, "weight", embedding, "weight"). Errors:
 * STATE (m has a parameter of this name); GRAPH; NULL_ARGUMENT; MEMORY. */
AG_API AG_MUST_USE ag_status nn_share(nn_module *m, const char *name, nn_module *with,
                                      const char *theirs);

/* --- running ---------------------------------------------------------------------------------- */

/* Runs the network once, in evaluation mode and without gradient, on zeros of this dtype and shape
 * (without the batch axis, which becomes 1), so that all parameters exist and all shapes are known.
 * To be called before the mark that training steps rewind to.
 * Building again makes what was added since and changes nothing else. nn_build_on: the same on the
 * given tensors, for networks with several inputs. Errors: those of the operations; STATE. */
AG_API AG_MUST_USE ag_status nn_build(nn_module *m, ag_dtype dtype, ag_shape sample);
AG_API AG_MUST_USE ag_status nn_build_on(nn_module *m, ag_tensor *const *sample, int n);
AG_API bool nn_is_built(const nn_module *m);

/* The module's result for x; for several tensors, of which the first is its x and nn_input gives
 * the others: 1, 2, ...; NULL, without an error, where the caller gave fewer. Errors: STATE (not
 * built); those of the operations. */
AG_API ag_tensor *nn_call(nn_module *m, ag_tensor *x);
AG_API ag_tensor *nn_call_with(nn_module *m, ag_tensor *const *in, int n);
AG_API ag_tensor *nn_input(const nn_module *m, int i);

/* The result of the module's last call, and its shape, known since the network was built (its first
 * axis is the batch). A tensor is *borrowed*, and gone once the graph was rewound behind it. */
AG_API ag_tensor *nn_output(const nn_module *m);
AG_API ag_shape nn_output_shape(const nn_module *m);

/* The shape, likewise, and the dtype (unless NULL) of the module's first input. */
AG_API ag_shape nn_input_shape(const nn_module *m, ag_dtype *dtype);

/* In a forward function: keeps a further tensor of this call under a name, so that a user can read
 * it: attention weights, the last state of a recurrence. nn_kept: that tensor, *borrowed* like
 * nn_output's; NULL where none was kept. `name` is *borrowed*, as a literal is. */
AG_API ag_tensor *nn_keep(nn_module *m, const char *name, ag_tensor *t);
AG_API ag_tensor *nn_kept(const nn_module *m, const char *name);

/* Training mode (the default) or evaluation mode, for the module and all below it; and whether a
 * forward function runs in it, which it does not while the network is being built. */
AG_API void nn_set_training(nn_module *m, bool on);
AG_API bool nn_is_training(const nn_module *m);

/* --- the tree --------------------------------------------------------------------------------- */

/* A place for a tensor in a module; read-only. */
typedef struct nn_slot {
    const char *name;  /* within its module */
    ag_tensor *tensor; /* the leaf itself, also while it is frozen */
    bool buffer;       /* a buffer, not a parameter */
    bool frozen;
    nn_penalty penalty;
} nn_slot;

/* Does a text match a pattern, in which * stands for any characters and ? for one? NULL is "*". */
AG_API bool nn_matches(const char *pattern, const char *text);

/* Calls `each` for every parameter and buffer of the tree whose path matches the pattern, in the
 * order of the tree; one with several places is met once, at the first. The path lives during the
 * call, the slot as long as the module. What is not AG_OK ends the walk and is returned. */
typedef ag_status (*nn_visitor)(const char *path, const nn_slot *slot, void *user);
AG_API AG_MUST_USE ag_status nn_visit(const nn_module *m, const char *pattern, nn_visitor each,
                                      void *user);

/* Calls `each` for every module of the tree, m first, whose path is "", and parents before their
 * children; one with several places once, at the first. What is not AG_OK ends the walk and is
 * returned. */
typedef ag_status (*nn_on_module)(const char *path, nn_module *m, void *user);
AG_API AG_MUST_USE ag_status nn_visit_modules(const nn_module *m, nn_on_module each, void *user);

/* The parameters (no buffers) that match, written to `out`, at most `room` of them; returns how
 * many there are. */
AG_API int nn_parameters(const nn_module *m, const char *pattern, ag_tensor **out, int room);

/* The parameter or buffer at a path, "0.weight"; the module at a path, "body.2". NULL and an error
 * (VALUE) that lists what there is. */
AG_API ag_tensor *nn_find(const nn_module *m, const char *path);
AG_API nn_module *nn_find_module(const nn_module *m, const char *path);

/* Freezes the parameters and buffers that match, or thaws them. A frozen parameter is handed out
 * detached, so gets no gradient, and no step changes it; a frozen buffer is not moved: a batch
 * normalization whose running mean is frozen works as in evaluation. Errors: VALUE (nothing
 * matches). */
AG_API AG_MUST_USE ag_status nn_freeze(nn_module *m, const char *pattern, bool on);

/* Is the module's own parameter or buffer of that name frozen? */
AG_API bool nn_is_frozen(const nn_module *m, const char *name);

/* All parameters of the tree, one after the other in its order, as doubles; n must be their number,
 * which nn_weights_size gives. Errors: SHAPE (n), NULL_ARGUMENT. */
AG_API int64_t nn_weights_size(const nn_module *m);
AG_API AG_MUST_USE ag_status nn_get_weights(const nn_module *m, double *out, int64_t n);
AG_API AG_MUST_USE ag_status nn_set_weights(nn_module *m, const double *in, int64_t n);

/* --- texts ------------------------------------------------------------------------------------ */

typedef struct nn_note {
    const char *key, *text;
} nn_note;

/* A text that is kept with the network under a key and saved with it; copied, so to be set before
 * the mark that steps rewind to; a second one replaces the first. nn_set_notes: n of them, all or
 * none. nn_get_note: *borrowed*, NULL where there is none. nn_note_key: the keys, sorted, 0, 1,
 * ...; NULL past the last. Errors: NULL_ARGUMENT, MEMORY. */
AG_API AG_MUST_USE ag_status nn_set_note(nn_module *m, const char *key, const char *text);
AG_API AG_MUST_USE ag_status nn_set_notes(nn_module *m, const nn_note *notes, int n);
AG_API const char *nn_get_note(const nn_module *m, const char *key);
AG_API const char *nn_note_key(const nn_module *m, int i);

/* What the classes 0 to n - 1 are called that the network predicts, kept as notes, so that a
 * reloaded network uses the numbers that it was trained with. nn_class_count is 0 where nothing
 * was set; nn_class_called NULL outside. Errors as nn_set_note's; VALUE (n below 0). */
AG_API AG_MUST_USE ag_status nn_set_classes(nn_module *m, const char *const *names, int64_t n);
AG_API int64_t nn_class_count(const nn_module *m);
AG_API const char *nn_class_called(const nn_module *m, int64_t c);

/* A table of the tree after building: every layer with its output shape, parameters and bytes, then
 * the sums, those that are trained and those that are not. Errors: STATE (not built); IO. */
AG_API AG_MUST_USE ag_status nn_summary(FILE *out, const nn_module *m);

AG_END_C

/* The source line of the call, for messages. NN_AT(m) notes it in the module's graph and gives
 * m, as AG_AT does for a tensor: for macros of your own functions' names. */
static inline nn_module *nn__at(const nn_module *m, const char *where)
{
    (void)ag__at_graph(nn_graph_of(m), where);
    return AG_UNCONST(nn_module *, m);
}
#define NN_AT(module) nn__at((module), AG_HERE)

/* Notes the line once x has been computed, which may note other lines. */
static inline ag_tensor *nn__call_at(const char *where, nn_module *m, ag_tensor *x)
{
    return nn_call(nn__at(m, where), x);
}

#ifndef AG_NO_SITES
#define nn_module_new(g, type, bytes, forward) nn_module_new(AG_AT_GRAPH(g), type, bytes, forward)
#define nn_child(m, name, child) nn_child(NN_AT(m), name, child)
#define nn_parameter(m, name, ...) nn_parameter(NN_AT(m), name, __VA_ARGS__)
#define nn_buffer(m, name, ...) nn_buffer(NN_AT(m), name, __VA_ARGS__)
#define nn_penalize(m, name, ...) nn_penalize(NN_AT(m), name, __VA_ARGS__)
#define nn_penalty_sum(m) nn_penalty_sum(NN_AT(m))
#define nn_share(m, name, with, theirs) nn_share(NN_AT(m), name, with, theirs)
#define nn_build(m, ...) nn_build(NN_AT(m), __VA_ARGS__)
#define nn_build_on(m, ...) nn_build_on(NN_AT(m), __VA_ARGS__)
#define nn_call(m, x) nn__call_at(AG_HERE, m, x)
#define nn_call_with(m, ...) nn_call_with(NN_AT(m), __VA_ARGS__)
#define nn_visit(m, pattern, each, user) nn_visit(NN_AT(m), pattern, each, user)
#define nn_visit_modules(m, each, user) nn_visit_modules(NN_AT(m), each, user)
#define nn_find(m, path) nn_find(NN_AT(m), path)
#define nn_find_module(m, path) nn_find_module(NN_AT(m), path)
#define nn_freeze(m, pattern, on) nn_freeze(NN_AT(m), pattern, on)
#define nn_get_weights(m, ...) nn_get_weights(NN_AT(m), __VA_ARGS__)
#define nn_set_weights(m, ...) nn_set_weights(NN_AT(m), __VA_ARGS__)
#define nn_set_notes(m, ...) nn_set_notes(NN_AT(m), __VA_ARGS__)
#define nn_set_note(m, key, text) nn_set_note(NN_AT(m), key, text)
#define nn_set_classes(m, ...) nn_set_classes(NN_AT(m), __VA_ARGS__)
#define nn_summary(out, m) nn_summary(out, NN_AT(m))
#endif

#endif
