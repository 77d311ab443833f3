/* Reading a CSV file, step by step: the first line, what columns are for, the rows, the data set.
 */
#include "csv.h"

static nn_data *read_table(nn__source *in, const nn_csv *o)
{
    nn__table t = {.in = in};
    if (o != NULL) {
        t.o = *o;
    }
    bool good = nn__csv_header(&t) && nn__csv_columns(&t) && nn__csv_rows(&t);
    nn_data *d = good ? nn__csv_build(&t) : NULL;
    for (int64_t i = 0; t.column != NULL && i < t.columns; i++) {
        nn__categories_free(&t.column[i].categories);
    }
    nn__scratch_free(&t.column_memory);
    nn__scratch_free(&t.name_memory);
    nn__scratch_free(&t.value_memory);
    nn__scratch_free(&t.number_memory);
    return d;
}

nn_data *(nn_read_csv)(ag_graph *g, const char *path, const nn_csv *o)
{
    nn__source in;
    if (g == NULL) {
        return NULL;
    }
    bool good = nn__source_open(&in, g, "read_csv", path, NULL);
    nn_data *d = good ? read_table(&in, o) : NULL;
    nn__source_close(&in);
    return d;
}

nn_data *nn__read_csv_bytes(ag_graph *g, const char *name, const void *bytes, size_t n,
                            const nn_csv *o)
{
    nn__source in;
    bool good = nn__source_copy(&in, g, "read_csv", name, bytes, n);
    nn_data *d = good ? read_table(&in, o) : NULL;
    nn__source_close(&in);
    return d;
}
