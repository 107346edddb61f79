"""What an entity is called elsewhere: other names, and identifiers of registries."""

from django.core.exceptions import ValidationError
from django.db import models

from entities import identifiers

from .fields import LineField, language_code
from .kinds import NAME_TYPES


class Name(models.Model):
    """Another name of an entity: acronym, alias, former, brand or generic name, or its name in another language."""

    entity = models.ForeignKey("Entity", models.CASCADE, related_name="names")
    text = LineField(max_length=300)
    type = models.CharField(max_length=12, choices=list(NAME_TYPES.items()), default="alias")
    language = models.CharField(
        max_length=12,
        blank=True,
        validators=[language_code],
        help_text="Where it is not English: the code of the language, as in de or pt-BR.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "text"],
                name="name_once",
                violation_error_message="The entry has this name already.",
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=list(NAME_TYPES)),
                name="name_type_known",
                violation_error_message="The type of name is not known.",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_former(self):
        return self.type == "former"


class Identifier(models.Model):
    """The id of an entity in another registry."""

    entity = models.ForeignKey("Entity", models.CASCADE, related_name="identifiers")
    scheme = models.CharField(
        max_length=20, choices=[(key, scheme.label) for key, scheme in identifiers.SCHEMES.items()]
    )
    value = models.CharField(max_length=220, help_text="The id alone or its address.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                condition=~models.Q(scheme="reference"),  # ICH prints “Considerations” on several papers
                name="identifier_once",
                violation_error_message="Another entry has this identifier: perhaps they are one and the same.",
            )
        ]

    def __str__(self):
        return f"{self.get_scheme_display()} {self.value}"

    def clean(self):
        self.value = identifiers.normalise(self.scheme, self.value)
        try:
            identifiers.validate(self.scheme, self.value)
        except ValueError as error:
            raise ValidationError({"value": str(error)}) from None

    @property
    def url(self):
        return identifiers.url(self.scheme, self.value)
