/* What an archive is made of: entries and texts, of which one that was loaded has all in memory,
 * and one to be saved knows where the numbers are. Private to nn/files. Must not know networks.
 */
#ifndef NN_FILES_ARCHIVE_H
#define NN_FILES_ARCHIVE_H

#include <autograd/nn_files.h>

#include "file_dtype.h"
#include "nn/disk/source.h"

typedef struct nn__file_entry {
    const char *name;
    const nn__file_dtype *kind;
    ag_shape shape;
    int64_t begin, end;      /* bytes of the data */
    const ag_tensor *tensor; /* to be saved: this, or these numbers */
    const void *numbers;
    bool used; /* loaded: something asked for it */
} nn__file_entry;

/* A tensor that is to get the numbers of an entry when all is known to fit. */
typedef struct nn__target {
    const nn__file_entry *from;
    ag_tensor *to;
} nn__target;

/* What does not fit, as a message has it: the first ones, and how many there are. */
typedef struct nn__differences {
    FILE *report; /* all of them, one a line; NULL: nowhere */
    int n;
    char text[600];
    size_t used;
} nn__differences;

/* Memory that lives as long as the archive: blocks in a list. */
typedef struct nn__archive_block {
    struct nn__archive_block *next;
    size_t bytes;
} nn__archive_block;

struct nn_archive {
    ag_graph *graph;
    const char *voice; /* the function that all messages name, "nn_load"; NULL: each its own */
    const char *what;  /* the one that speaks */
    ag_status status;  /* of the first failure */
    nn__source in;     /* loaded: the file; otherwise its path alone, for messages */
    bool loaded, has_texts;
    char *header;
    int64_t header_bytes, data_bytes;
    const unsigned char *data;
    nn__file_entry *entry; /* loaded: sorted by name */
    nn_note *text;         /* loaded: sorted by key */
    nn__target *target;
    int64_t n, n_texts, n_targets;
    nn__scratch entry_memory, text_memory, target_memory;
    nn__archive_block *blocks;
    nn__differences differences;

    /* What apply changes beside tensors. */
    nn_module *net; /* gets the notes */
    nn_optimizer *optimizer;
    nn_counters counters;
    ag_random_state random;
    bool has_random;
};

/* --- archive.c -------------------------------------------------------------------------------- */

/* An empty archive; NULL and an error. */
nn_archive *nn__archive_begin(ag_graph *g, const char *voice);

/* Memory that lives as long as the archive; NULL and a failure. */
void *nn__archive_keep(nn_archive *a, size_t bytes);

/* Can `what` go on with an archive that is loaded, or is not? False and a failure, also where
 * something has failed before. */
bool nn__archive_ready(nn_archive *a, const char *what, bool loaded);

/* Room for one element more of a list that has n. NULL and a failure. */
void *nn__archive_grow(nn_archive *a, nn__scratch *list, int64_t n, size_t each);

/* --- archive_message.c ------------------------------------------------------------------------ */

/* Keeps an error, "nn_load: net.safetensors: byte 123: the text", and that the archive has failed.
 * A byte below 0 is left out. Returns false. */
bool nn__archive_fail(nn_archive *a, ag_status status, int64_t byte, const char *format, ...)
    AG_PRINTF(4, 5);

/* Notes something that differs. */
void nn__archive_differs(nn_archive *a, const char *format, ...) AG_PRINTF(2, 3);

/* A name from a file as a message may show it: 80 characters, those that control a terminal as
 * ?. */
enum { NN__SHOWN = 84 };
const char *nn__shown(const char *name, char text[NN__SHOWN]);

/* Does a text's key belong to the file, and not to the network? */
static inline bool nn__is_own_key(const char *key)
{
    return key[0] == 'n' && key[1] == 'n' && key[2] == '.';
}

/* --- archive_header.c, archive_load.c --------------------------------------------------------- */

/* Fills entries and texts from the header. */
bool nn__archive_parse(nn_archive *a);

/* The entry of that name; NULL where there is none. */
nn__file_entry *nn__archive_find(const nn_archive *a, const char *name);

/* Reads and checks a file, or bytes of memory, into an empty archive. False and a failure. */
bool nn__archive_read(nn_archive *a, const char *path);
bool nn__archive_read_bytes(nn_archive *a, const void *bytes, size_t n);

/* --- archive_apply.c -------------------------------------------------------------------------- */

/* The entry is to go to a tensor: what does not fit is a difference. With `convert` f32 and f64
 * become each other. */
void nn__archive_aim(nn_archive *a, const char *name, ag_tensor *to, bool convert);

/* Numbers of n elements in this machine's order, from a loaded entry to `out`. */
void nn__archive_copy(const nn_archive *a, const nn__file_entry *e, void *out);

/* --- network_file.c --------------------------------------------------------------------------- */

/* As nn_archive_get_network, with options. */
void nn__archive_get_part(nn_archive *a, nn_module *net, const nn_load_options *o);

#endif
