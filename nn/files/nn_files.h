/* Networks and tensors in files, in the format safetensors: a header of JSON that gives each
 * tensor's name, dtype, shape and place, then the numbers, little-endian. Python's package
 * safetensors and PyTorch read what is written here, and the other way round; names are those of
 * PyTorch's modules. Source: the format's description at github.com/huggingface/safetensors.
 *
 * Writing. A file appears whole or not at all: it is written beside its place under another name
 * (".part" behind it), brought to the disk, and then renamed. Whoever is interrupted at any byte
 * has the old file still.
 *
 * Reading. What a file says is believed only after it was held against the file's length:
 * nothing in it is executed, and no size in it is used before. Errors name the file and the
 * byte.
 */
#ifndef AUTOGRAD_NN_FILES_H
#define AUTOGRAD_NN_FILES_H

#include "nn_module.h"
#include "nn_optim.h"

AG_BEGIN_C

/* --- networks --------------------------------------------------------------------------------- */

/* Saves all parameters, buffers and notes of a network. Errors: STATE (not built); IO; MEMORY. */
AG_API AG_MUST_USE ag_status nn_save(const nn_module *net, const char *path);

typedef struct nn_load_options {
    const char *prefix; /* "best.": what stands behind this in the file, and nothing else */
    const char *only;   /* a pattern (nn_visit): load only what matches, the rest stays as it is */
    const char *ignore; /* a pattern: these names in the file mean nothing here */
    bool convert;       /* f32 and f64 become each other; otherwise another dtype is an error */
    FILE *report;       /* all differences, one a line; the error's message has the first ones */
} nn_load_options;

/* Loads what nn_save or another program wrote into a built network: all parameters and buffers by
 * their names, and the notes. A name that is missing in the file, one that the network does not
 * have, a shape or dtype that differs is an error that lists all of these; then nothing has
 * changed. For PyTorch's batch normalization .ignore = "*num_batches_tracked". Of a checkpoint it
 * takes the network, and with .prefix = "best." the best weights. nn_load_bytes: the same from
 * memory. Errors: STATE (not built), SHAPE (what differs), IO (not to be read), VALUE (not such a
 * file), MEMORY. */
AG_API AG_MUST_USE ag_status nn_load(nn_module *net, const char *path, const nn_load_options *o);
AG_API AG_MUST_USE ag_status nn_load_bytes(nn_module *net, const void *bytes, size_t n,
                                           const nn_load_options *o);

/* --- tensors ---------------------------------------------------------------------------------- */

typedef struct nn_named_tensor {
    const char *name;
    ag_tensor *tensor;
} nn_named_tensor;

/* Writes n tensors of any dtype and layout, and texts (the header's metadata), to a file. Names are
 * UTF-8. Errors: VALUE (two of one name), NULL_ARGUMENT, IO, MEMORY. */
AG_API AG_MUST_USE ag_status nn_write_tensors(ag_graph *g, const char *path,
                                              const nn_named_tensor *list, int n,
                                              const nn_note *texts, int n_texts);

/* The tensors of a file as constants of the graph, sorted by name: written to `out`, at most `room`
 * of them; returns how many the file has, -1 after an error. With room 0 none is made.
 * nn_read_texts: its texts, sorted by key. Names and texts are *borrowed* from the graph. Errors:
 * IO, VALUE, MEMORY; DTYPE (a dtype that the graph has not). */
AG_API int nn_read_tensors(ag_graph *g, const char *path, nn_named_tensor *out, int room);
AG_API int nn_read_texts(ag_graph *g, const char *path, nn_note *out, int room);

/* --- archives: what a checkpoint is made of --------------------------------------------------- */

/* Tensors, numbers and texts under names, of which one file is made; all numbers come back bit by
 * bit. An archive remembers its first failure, of which the graph has the message: what is called
 * after it does nothing, and the last call, nn_archive_save or nn_archive_apply, returns it. So
 * none of the calls before needs a check.
 *
 *     nn_archive *a = nn_archive_new(g, "checkpoint");
 *     nn_archive_set_network(a, NULL, net);
 *     nn_archive_set_optimizer(a, adam);
 *     nn_archive_set_ints(a, "training.epoch", &epoch, 1);
 *     ag_status status = nn_archive_save(a, "net.checkpoint");
 *     nn_archive_free(a);
 *
 *     nn_archive *b = nn_archive_load(g, "net.checkpoint");
 *     nn_archive_get_network(b, NULL, net);
 *     nn_archive_get_optimizer(b, adam);
 *     nn_archive_get_ints(b, "training.epoch", &epoch, 1);
 *     ag_status status = nn_archive_apply(b);
 *     nn_archive_free(b);
 *
 * In a checkpoint names begin with "optimizer." for what an optimizer keeps, "training." for what
 * fit does, "best." for the best weights; the network has all others. */
typedef struct nn_archive nn_archive;

/* An archive with nothing in it but the text "nn.kind", which may be NULL; what a file holds. Both
 * are *new*, and freed with nn_archive_free. Errors, with NULL: IO (not to be read), VALUE (not
 * such a file), NULL_ARGUMENT, MEMORY. */
AG_API nn_archive *nn_archive_new(ag_graph *g, const char *kind);
AG_API nn_archive *nn_archive_load(ag_graph *g, const char *path);
AG_API nn_archive *nn_archive_load_bytes(ag_graph *g, const void *bytes, size_t n);
AG_API void nn_archive_free(nn_archive *a);
AG_API ag_graph *nn_archive_graph(const nn_archive *a);

/* Put into an archive that was not loaded: copied, but for tensors, which are *borrowed* and read
 * when it is saved. A network has its names behind the prefix ("" for NULL), and its notes are
 * saved where that is empty. The optimizer has its states and counters; the random state is the
 * graph's. Failures: NULL_ARGUMENT; STATE (loaded; a network that is not built; mini-batches that
 * wait for nn_flush); GRAPH; VALUE; MEMORY. */
AG_API void nn_archive_set_text(nn_archive *a, const char *key, const char *text);
AG_API void nn_archive_set_doubles(nn_archive *a, const char *name, const double *x, int64_t n);
AG_API void nn_archive_set_ints(nn_archive *a, const char *name, const int64_t *x, int64_t n);
AG_API void nn_archive_set_tensor(nn_archive *a, const char *name, const ag_tensor *t);
AG_API void nn_archive_set_network(nn_archive *a, const char *prefix, const nn_module *net);
AG_API void nn_archive_set_optimizer(nn_archive *a, const nn_optimizer *opt);
AG_API void nn_archive_set_random(nn_archive *a, const char *name);

/* Writes the file. Errors: the first failure; VALUE (two of one name, a name that is not UTF-8);
 * IO; MEMORY. */
AG_API AG_MUST_USE ag_status nn_archive_save(nn_archive *a, const char *path);

/* What a loaded archive has, without a failure where it has not: a text, *borrowed* from it, or
 * NULL; how many numbers stand under a name, or -1. */
AG_API const char *nn_archive_get_text(const nn_archive *a, const char *key);
AG_API int64_t nn_archive_get_size(const nn_archive *a, const char *name);

/* Numbers, at once. What is missing, or not n numbers of that kind, differs: out is then zeros, and
 * nn_archive_apply tells it. Failures: NULL_ARGUMENT, STATE (not loaded), VALUE (no room). */
AG_API void nn_archive_get_doubles(nn_archive *a, const char *name, double *out, int64_t n);
AG_API void nn_archive_get_ints(nn_archive *a, const char *name, int64_t *out, int64_t n);

/* What nn_archive_apply is to change: a leaf; a network that is built, and its notes where the
 * prefix is empty; an optimizer that is attached; the graph's random state. Failures:
 * NULL_ARGUMENT; STATE (not loaded, not built, no leaf); GRAPH; MEMORY. */
AG_API void nn_archive_get_tensor(nn_archive *a, const char *name, ag_tensor *to);
AG_API void nn_archive_get_network(nn_archive *a, const char *prefix, nn_module *net);
AG_API void nn_archive_get_optimizer(nn_archive *a, nn_optimizer *opt);
AG_API void nn_archive_get_random(nn_archive *a, const char *name);

/* Changes all of it, or nothing: where anything was found that does not fit, the error (SHAPE) says
 * all that differs. Errors besides: the first failure; VALUE (counters that are none); MEMORY. */
AG_API AG_MUST_USE ag_status nn_archive_apply(nn_archive *a);

AG_END_C

/* The source line of the call, for messages. */
static inline nn_archive *nn__archive_at(const nn_archive *a, const char *where)
{
    (void)ag__at_graph(nn_archive_graph(a), where);
    return AG_UNCONST(nn_archive *, a);
}
#define NN__ARCHIVE_AT(a) nn__archive_at((a), AG_HERE)

#ifndef AG_NO_SITES
#define nn_save(net, path) nn_save(NN_AT(net), path)
#define nn_load(net, path, ...) nn_load(NN_AT(net), path, __VA_ARGS__)
#define nn_load_bytes(net, bytes, ...) nn_load_bytes(NN_AT(net), bytes, __VA_ARGS__)
#define nn_write_tensors(g, ...) nn_write_tensors(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_read_tensors(g, ...) nn_read_tensors(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_read_texts(g, ...) nn_read_texts(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_archive_new(g, kind) nn_archive_new(AG_AT_GRAPH(g), kind)
#define nn_archive_load(g, path) nn_archive_load(AG_AT_GRAPH(g), path)
#define nn_archive_load_bytes(g, ...) nn_archive_load_bytes(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_archive_set_text(a, key, text) nn_archive_set_text(NN__ARCHIVE_AT(a), key, text)
#define nn_archive_set_doubles(a, ...) nn_archive_set_doubles(NN__ARCHIVE_AT(a), __VA_ARGS__)
#define nn_archive_set_ints(a, ...) nn_archive_set_ints(NN__ARCHIVE_AT(a), __VA_ARGS__)
#define nn_archive_set_tensor(a, name, t) nn_archive_set_tensor(NN__ARCHIVE_AT(a), name, t)
#define nn_archive_set_network(a, ...) nn_archive_set_network(NN__ARCHIVE_AT(a), __VA_ARGS__)
#define nn_archive_set_optimizer(a, opt) nn_archive_set_optimizer(NN__ARCHIVE_AT(a), opt)
#define nn_archive_set_random(a, name) nn_archive_set_random(NN__ARCHIVE_AT(a), name)
#define nn_archive_save(a, path) nn_archive_save(NN__ARCHIVE_AT(a), path)
#define nn_archive_get_doubles(a, ...) nn_archive_get_doubles(NN__ARCHIVE_AT(a), __VA_ARGS__)
#define nn_archive_get_ints(a, ...) nn_archive_get_ints(NN__ARCHIVE_AT(a), __VA_ARGS__)
#define nn_archive_get_tensor(a, name, to) nn_archive_get_tensor(NN__ARCHIVE_AT(a), name, to)
#define nn_archive_get_network(a, ...) nn_archive_get_network(NN__ARCHIVE_AT(a), __VA_ARGS__)
#define nn_archive_get_optimizer(a, opt) nn_archive_get_optimizer(NN__ARCHIVE_AT(a), opt)
#define nn_archive_get_random(a, name) nn_archive_get_random(NN__ARCHIVE_AT(a), name)
#define nn_archive_apply(a) nn_archive_apply(NN__ARCHIVE_AT(a))
#endif

#endif
