/* Any bytes as a CSV file: a table, or an error that names the line. The first two bytes choose
 * options.
 */
#include "fuzz.h"

#include "nn/formats/csv.h"

#include <autograd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 2) {
        return 0;
    }
    ag_graph *g = ag_graph_new();
    const nn_csv o = {.target = (data[0] & 1) != 0 ? "y" : NULL,
                      .classes = (data[0] & 2) != 0,
                      .other_column = (data[0] & 4) != 0,
                      .separator = (data[0] & 8) != 0 ? ';' : 0,
                      .text = (nn_text_code)(data[1] % 5),
                      .header = (nn_header)(data[1] / 5 % 3),
                      .when_missing = (nn_missing)(data[1] / 15 % 3)};
    nn_data *d = nn__read_csv_bytes(g, "t.csv", data + 2, n - 2, &o);
    fuzz_require((d == NULL) == (ag_error(g) != AG_OK));
    if (d != NULL) { /* read again by what was learned */
        const nn_csv same = {.like = d, .separator = o.separator, .when_missing = o.when_missing};
        nn_data *again = nn__read_csv_bytes(g, "t.csv", data + 2, n - 2, &same);
        fuzz_require(again == NULL || nn_rows(again) <= nn_rows(d) + 1);
    }
    ag_graph_free(g);
    return 0;
}
