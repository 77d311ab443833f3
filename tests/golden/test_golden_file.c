/* The reader of sample files takes its input for hostile: cut short anywhere it is an error, with
 * wrong bytes an error or other numbers, never a crash or a read past the end. Needs no library.
 */
#include "golden.h"
#include "golden_path.h"

static int read_all(const unsigned char *data, size_t size, char *why)
{
    golden g;
    record r;
    int n = 0;
    /* A copy of the exact size, so that a sanitizer sees a byte read past its end. */
    unsigned char *copy = malloc(size > 0 ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, data, size);
    bool open = golden_open(&g, copy, size);
    while (open && golden_next(&g, &r)) {
        n++;
        record_free(&r);
    }
    memcpy(why, g.why, sizeof g.why);
    free(copy);
    return n;
}

START_TEST(test_cut_short)
{
    contents file = the_file();
    char why[200];
    ck_assert_int_gt(read_all(file.data, file.size, why), 0);
    ck_assert_str_eq(why, "");
    for (size_t size = 0; size < file.size; size += size < 3000 ? 1 : 1 + file.size / 100) {
        read_all(file.data, size, why);
        ck_assert_msg(why[0] != '\0', "cut to %zu bytes it is read without an error", size);
    }
    read_all(file.data, file.size - 1, why);
    ck_assert_str_ne(why, "");
    free(file.data);
}
END_TEST

/* Each of the first bytes wrong in three ways: an error or other numbers, never a crash. */
START_TEST(test_corrupt)
{
    static const unsigned char wrong[] = {0x00, 0x7f, 0xff};
    contents file = the_file();
    size_t size = file.size < 4000 ? file.size : 4000;
    int errors = 0;
    char why[200];
    for (size_t i = 0; i < size; i++) {
        unsigned char right = file.data[i];
        for (size_t k = 0; k < sizeof wrong; k++) {
            file.data[i] = wrong[k];
            read_all(file.data, size, why);
            errors += why[0] != '\0';
        }
        file.data[i] = right;
    }
    ck_assert_int_gt(errors, 0);
    free(file.data);
}
END_TEST

CHECK_MAIN("golden file", test_cut_short, test_corrupt)
