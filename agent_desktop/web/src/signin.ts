// Signing in.
import { ApiError, signIn } from "./api";
import { currentLanguage, t, useLanguage } from "./texts";

const form = document.querySelector<HTMLFormElement>("#signin")!;
const error = document.querySelector<HTMLElement>("#signin-error")!;
const submit = form.querySelector<HTMLButtonElement>("button[type=submit]")!;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void enter();
});

document.querySelector("#language")!.addEventListener("click", () => {
  useLanguage(currentLanguage() === "pl" ? "en" : "pl");
  location.reload();
});

async function enter(): Promise<void> {
  const data = new FormData(form);
  submit.disabled = true;
  submit.textContent = t("signin.busy");
  error.textContent = "";
  try {
    await signIn(String(data.get("login")), String(data.get("password")));
    location.assign("/");
  } catch (problem) {
    const status = problem instanceof ApiError ? problem.status : 0;
    error.textContent = t(status === 429 ? "signin.throttled" : status === 401 || status === 422 ? "signin.wrong" : "signin.failed");
    submit.disabled = false;
    submit.textContent = t("signin.submit");
    form.querySelector<HTMLInputElement>("#password")!.select();
  }
}
