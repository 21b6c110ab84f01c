from . import test_counter_points, test_counter_sales, test_counter_screen
