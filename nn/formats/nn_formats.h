/* Files of data: CSV, IDX (MNIST) and text in; NumPy's .npy and .npz both ways; pictures out. Must
 * not know modules and batches.
 *
 * Files are not trusted: every size is compared with the length of the file before it is used. An
 * error names the file, the line or byte, what was expected and what to do; nothing is left half
 * made. A file that begins as gzip does is unpacked where the library was built with zlib. Numbers
 * have a point in every locale.
 *
 * Data sets and tensors are *borrowed* from the graph given. Errors of all readers: NULL_ARGUMENT;
 * IO (the file cannot be read, or is not what it must be; gzip without zlib); OVERFLOW; MEMORY.
 */
#ifndef AUTOGRAD_NN_FORMATS_H
#define AUTOGRAD_NN_FORMATS_H

#include "nn_data.h"

AG_BEGIN_C

/* --- CSV -------------------------------------------------------------------------------------- */

/* What a column of text becomes. Its categories are sorted by their bytes, as scikit-learn's are;
 * if all are numbers, by size. */
typedef enum nn_text_code {
    NN_TEXT_REFUSED, /* an error that names the column */

    /* A number for each category, named "column=category": 1 there, else 0. */
    NN_TEXT_ONE_HOT,

    /* The same without the first category, which is all zeros: R's treatment contrasts. */
    NN_TEXT_DUMMIES,

    /* As R's model.matrix(~ . - 1): the first column of text has a number for each of its
     * categories, a later one for all but its first. */
    NN_TEXT_MODEL_MATRIX,

    NN_TEXT_NUMBERS /* one number, the category's place in the order: 0, 1, ... */
} nn_text_code;

typedef enum nn_header {
    NN_HEADER_AUTO, /* the first line is one if no field of it is a number */
    NN_HEADER_YES,
    NN_HEADER_NO
} nn_header;

typedef enum nn_missing {
    NN_MISSING_REFUSED, /* an error that names line and column */
    NN_MISSING_DROP,    /* the row is left out */
    NN_MISSING_KEPT     /* NaN in x, for nn_fill_missing; still an error in a target */
} nn_missing;

/* Arrays end at their first NULL. Columns are called by their names in the header, or by their
 * numbers, from 1, where there is none. */
typedef struct nn_csv {
    const char *target;          /* the column to predict, y; NULL: there is none */
    bool classes;                /* a target of numbers names classes; one of text always does */
    const char *more_targets[8]; /* more columns of y, all numbers */
    const char *columns[64];     /* those of x; none: all that are not named elsewhere */
    const char *without[64];     /* left out */
    const char *extra[8];        /* beside x and y: see nn_extra; text becomes classes */
    const char *categorical[16]; /* text even if it looks like numbers */
    nn_text_code text;           /* what columns of text in x become */
    bool other_column;           /* each of these has one number more, for categories met later */
    int64_t most_categories;     /* of a column; 0: 100 */
    nn_header header;
    char separator; /* 0: ',' */
    char decimal;   /* 0: '.' */

    /* What means missing, beside an empty field; none: NA, N/A, NaN, nan, null, NULL and ?. */
    const char *missing[8];
    nn_missing when_missing;

    /* Columns, categories and classes as in this data set: a test file is read as its training file
     * was. A category that is not there goes into its other_column or is an error; a new class is
     * an error. */
    const nn_data *like;
} nn_csv;

/* Reads a table. x is f64 with one number for each column, or as many as a column of text is coded
 * by; y has classes (i64, shape []) or numbers (shape [1], or [k] with more targets).
 *
 * A column's first value that is not missing decides whether it is numbers or text; a later field
 * that does not fit is an error with its line. A number is a sign, digits with a decimal point, an
 * exponent; hexadecimal digits, thousands separators, a decimal comma, infinity and what no double
 * holds are refused.
 *
 * Fields may be quoted and then hold separators, line ends and doubled quotes. Lines end with LF,
 * CRLF or CR, the last may lack it; blank lines and a byte order mark are skipped. Every row has as
 * many fields as the first; a separator at the end of a line is ignored. A first column with an
 * empty name, as R and pandas write for the names of rows, is left out. The first line of
 * scikit-learn's own files ("150,4,setosa, versicolor,virginica") is recognized: the last column,
 * called "target", is then the target by itself. */
AG_API nn_data *nn_read_csv(ag_graph *g, const char *path, const nn_csv *o);

/* --- IDX -------------------------------------------------------------------------------------- */

/* Reads images, and labels unless that is NULL, from the format of MNIST: big-endian sizes, then
 * numbers, which stay as they are (u8: bytes). Images (n, h, w) become samples [1,h,w], other sizes
 * stay; labels that are whole numbers become classes 0 to their largest. nn_scaled(d, 0, 255)
 * brings pixels to 0..1.
 *
 * A file that is not there is looked for under its other names: "train-images-idx3-ubyte" or
 * "train-images.idx3-ubyte", with or without ".gz". nn_read_mnist takes these four from a folder:
 * the images for training, or those for testing. */
AG_API nn_data *nn_read_idx(ag_graph *g, const char *images, const char *labels);
AG_API nn_data *nn_read_mnist(ag_graph *g, const char *folder, bool test);

/* --- text ------------------------------------------------------------------------------------- */

typedef struct nn_text {
    int64_t window; /* characters of a row; 0: 64 */
    int64_t step;   /* from the start of a row to the next; 0: the window, so that each character is
                     * predicted once */
    bool bytes;     /* the classes are the 256 bytes, not the characters that occur */
} nn_text;

/* Reads a text as classes: row i has `window` characters from i step on as x, and as y the
 * characters that follow each. The vocabulary, the class names, are the characters of the text
 * (UTF-8) in the order of their code points. Rows overlap in memory where step is below window.
 * Errors besides: VALUE (a text that is shorter than a row; sizes below 1). */
AG_API nn_data *nn_read_text(ag_graph *g, const char *path, const nn_text *o);

/* The classes of a text's characters by d's vocabulary, written to `out`, at most `room`; returns
 * how many there are, -1 and an error (VALUE, naming it) for a character that d has not. */
AG_API int64_t nn_text_classes(const nn_data *d, const char *text, int64_t *out, int64_t room);

/* --- NumPy ------------------------------------------------------------------------------------ */

/* The array of a .npy file as a constant: f64, f32 and f16 (as f32), whole numbers and truth values
 * as i64. nn_load_npz: the array of this name in a .npz archive, stored or (with zlib) deflated.
 * Versions 1 to 3, either byte order, C and Fortran order; objects, structures, strings and complex
 * numbers are refused. At most 8 dimensions. */
AG_API ag_tensor *nn_load_npy(ag_graph *g, const char *path);
AG_API ag_tensor *nn_load_npz(ag_graph *g, const char *path, const char *name);

/* Data sets of arrays with rows as their first axis, whose numbers stay as they are stored (bytes
 * stay bytes): two .npy files, two arrays of a .npz. y may be NULL; y of whole numbers with one
 * axis becomes classes from 0. Images keep their shape (see nn_reshaped). */
AG_API nn_data *nn_read_npy(ag_graph *g, const char *x, const char *y);
AG_API nn_data *nn_read_npz(ag_graph *g, const char *path, const char *x, const char *y);

/* Write a tensor, or several by their names (ag_name; "arr_0", "arr_1", ... without), stored
 * without compression; of a data set the inputs as they stand in a batch, "x", and targets, "y". A
 * file that could not be written whole is removed. Errors: IO, STATE (two tensors of one name),
 * NULL_ARGUMENT, OVERFLOW (an array above 4 GiB in a .npz). */
AG_API AG_MUST_USE ag_status nn_save_npy(const ag_tensor *t, const char *path);
AG_API AG_MUST_USE ag_status nn_save_npz(ag_tensor *const *t, int n, const char *path);
AG_API AG_MUST_USE ag_status nn_save_data_npz(const nn_data *d, const char *path);

/* --- pictures --------------------------------------------------------------------------------- */

typedef struct nn_picture {
    double low, high; /* what becomes 0 and 255; both 0: the smallest and largest number there is */
    bool invert;      /* dark on light */
    int zoom;         /* pixels for one of the image, across and down; 0: 1 */
    int columns;      /* of a grid; 0: as near to a square as can be */
    int gap;          /* pixels between the images of a grid; 0: 1, negative: none */
} nn_picture;

/* Write an image (H, W), (1, H, W) or, with red, green and blue, (3, H, W) as PGM, PPM or PNG, by
 * the end of the name: ".pgm", ".ppm", ".png". nn_save_image_grid: images (N, ...) side by side,
 * row by row; nn_save_rows: the inputs of these rows of a data set as a grid. NaN is drawn as
 * `low`. A file that could not be written whole is removed. Errors: SHAPE (no image, too large),
 * VALUE (the end of the name; colors in a .pgm; low that is high), IO, MEMORY. */
AG_API AG_MUST_USE ag_status nn_save_image(const ag_tensor *t, const char *path,
                                           const nn_picture *o);
AG_API AG_MUST_USE ag_status nn_save_image_grid(const ag_tensor *t, const char *path,
                                                const nn_picture *o);
AG_API AG_MUST_USE ag_status nn_save_rows(const nn_data *d, const int64_t *rows, int64_t n,
                                          const char *path, const nn_picture *o);

AG_END_C

/* The source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_read_csv(g, ...) nn_read_csv(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_read_idx(g, images, labels) nn_read_idx(AG_AT_GRAPH(g), images, labels)
#define nn_read_mnist(g, folder, test) nn_read_mnist(AG_AT_GRAPH(g), folder, test)
#define nn_read_text(g, ...) nn_read_text(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_text_classes(d, ...) nn_text_classes(NN_AT_DATA(d), __VA_ARGS__)
#define nn_load_npy(g, path) nn_load_npy(AG_AT_GRAPH(g), path)
#define nn_load_npz(g, path, name) nn_load_npz(AG_AT_GRAPH(g), path, name)
#define nn_read_npy(g, x, y) nn_read_npy(AG_AT_GRAPH(g), x, y)
#define nn_read_npz(g, path, x, y) nn_read_npz(AG_AT_GRAPH(g), path, x, y)
#define nn_save_npy(t, path) nn_save_npy(AG_AT(t), path)
#define nn_save_npz(t, n, path) nn_save_npz(ag__at_list(t, n, AG_HERE), n, path)
#define nn_save_data_npz(d, path) nn_save_data_npz(NN_AT_DATA(d), path)
#define nn_save_image(t, ...) nn_save_image(AG_AT(t), __VA_ARGS__)
#define nn_save_image_grid(t, ...) nn_save_image_grid(AG_AT(t), __VA_ARGS__)
#define nn_save_rows(d, ...) nn_save_rows(NN_AT_DATA(d), __VA_ARGS__)
#endif

#endif
