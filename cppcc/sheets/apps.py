"""The app of `cppcc.sheets`."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    """Lists, imports and exports."""

    name = "cppcc.sheets"
    label = "sheets"
    verbose_name = "表格导入"
