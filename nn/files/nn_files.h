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

AG_BEGIN_C

/* --- networks --------------------------------------------------------------------------------- */

/* Saves all parameters, buffers and notes of a network. Errors: STATE (not built); IO; MEMORY. */
AG_API AG_MUST_USE ag_status nn_save(const nn_module *net, const char *path);

typedef struct nn_load_options {
    const char *only;   /* a pattern (nn_visit): load only what matches, the rest stays as it is */
    const char *ignore; /* a pattern: these names in the file mean nothing here */
    bool convert;       /* f32 and f64 become each other; otherwise another dtype is an error */
    FILE *report;       /* all differences, one a line; the error's message has the first ones */
} nn_load_options;

/* Loads what nn_save or another program wrote into a built network: all parameters and buffers
 * by their names, and the notes. A name that is missing in the file, one that the network does
 * not have, a shape or dtype that differs is an error that lists all of these; then nothing has
 * changed. For PyTorch's batch normalization .ignore = "*num_batches_tracked". nn_load_bytes:
 * the same from memory. Errors: STATE (not built), SHAPE (what differs), IO (not to be read),
 * VALUE (not such a file), MEMORY. */
AG_API AG_MUST_USE ag_status nn_load(nn_module *net, const char *path, const nn_load_options *o);
AG_API AG_MUST_USE ag_status nn_load_bytes(nn_module *net, const void *bytes, size_t n,
                                           const nn_load_options *o);

/* --- tensors ---------------------------------------------------------------------------------- */

typedef struct nn_named_tensor {
    const char *name;
    ag_tensor *tensor;
} nn_named_tensor;

typedef struct nn_metadata {
    const char *key, *text;
} nn_metadata;

/* Writes n tensors of any dtype and layout, and texts (the header's metadata), to a file. Names are
 * UTF-8. Errors: VALUE (two of one name), NULL_ARGUMENT, IO, MEMORY. */
AG_API AG_MUST_USE ag_status nn_write_tensors(ag_graph *g, const char *path,
                                              const nn_named_tensor *list, int n,
                                              const nn_metadata *texts, int n_texts);

/* The tensors of a file as constants of the graph, sorted by name: written to `out`, at most
 * `room` of them; returns how many the file has, -1 after an error. With room 0 none is made.
 * nn_read_metadata: its texts. The names and texts are *borrowed* from the graph. Errors: IO,
 * VALUE, MEMORY; DTYPE (a dtype that the graph has not). */
AG_API int nn_read_tensors(ag_graph *g, const char *path, nn_named_tensor *out, int room);
AG_API int nn_read_metadata(ag_graph *g, const char *path, nn_metadata *out, int room);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_save(net, path) nn_save(NN_AT(net), path)
#define nn_load(net, path, ...) nn_load(NN_AT(net), path, __VA_ARGS__)
#define nn_load_bytes(net, bytes, ...) nn_load_bytes(NN_AT(net), bytes, __VA_ARGS__)
#define nn_write_tensors(g, ...) nn_write_tensors(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_read_tensors(g, ...) nn_read_tensors(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_read_metadata(g, ...) nn_read_metadata(AG_AT_GRAPH(g), __VA_ARGS__)
#endif

#endif
